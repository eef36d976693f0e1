/**
 * The same day and time one month later, in UTC, or the month's last day where that day does not exist: the time that
 * GDPR article 12(3) gives for an answer.
 */
export function oneMonthAfter(received: Date): Date {
  const due = new Date(received);
  const day = due.getUTCDate();
  due.setUTCMonth(due.getUTCMonth() + 1);
  // The 31st of a month of 30 days has run over into the next month; day 0 is the last day of the one before.
  if (due.getUTCDate() !== day) due.setUTCDate(0);
  return due;
}
