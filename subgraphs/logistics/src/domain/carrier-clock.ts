// A carrier's clock decides when points become usable and how long goods may be returned, so it is believed within bounds.

// A local time that was taken for UTC is off by 14 hours at most. Reports that are off alike keep their order.
const toleranceMs = 24 * 60 * 60_000;

/**
 * When something happened that a carrier reports: what its clock says, but not later than the report came, and not more
 * than a day before there was the parcel.
 */
export function believedTime(
  claimed: Date,
  { createdAt, receivedAt }: { readonly createdAt: Date; readonly receivedAt: Date },
): Date {
  if (claimed > receivedAt) return receivedAt;
  const earliest = createdAt.getTime() - toleranceMs;
  return claimed.getTime() < earliest ? createdAt : claimed;
}
