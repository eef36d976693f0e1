/**
 * Statements for the owner that make the ledger what it claims to be, whoever writes to it: entries are only added, and
 * the sides of each sum to zero per currency when its transaction commits.
 */
export const ledgerGuards: readonly string[] = [
  `create or replace function "payments"."refuse_ledger_change"() returns trigger language plpgsql as $$
   begin
     raise exception 'The ledger is only ever added to; book a correction instead.' using errcode = 'restrict_violation';
   end $$`,
  `create or replace function "payments"."check_journal_balance"() returns trigger language plpgsql as $$
   begin
     if exists (
       select 1 from "payments"."posting" where tenant_id = new.tenant_id and journal_id = new.journal_id
       group by currency_code having sum(amount_minor) <> 0
     ) then
       raise exception 'The sides of journal % do not sum to zero.', new.journal_id using errcode = 'check_violation';
     end if;
     return null;
   end $$`,
  `create or replace trigger "journal_is_append_only" before update or delete or truncate on "payments"."journal"
   for each statement execute function "payments"."refuse_ledger_change"()`,
  `create or replace trigger "posting_is_append_only" before update or delete or truncate on "payments"."posting"
   for each statement execute function "payments"."refuse_ledger_change"()`,
  // A constraint trigger cannot be replaced in place.
  `drop trigger if exists "posting_balances" on "payments"."posting"`,
  `create constraint trigger "posting_balances" after insert on "payments"."posting" deferrable initially deferred
   for each row execute function "payments"."check_journal_balance"()`,
  `revoke update, delete, truncate on "payments"."journal", "payments"."posting" from "app_payments"`,
];
