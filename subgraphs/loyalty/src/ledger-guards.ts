/**
 * Statements for the owner that make the ledger what it claims to be, whoever writes to it: transactions and their sides are
 * only added, and the sides of each sum to zero when the database transaction commits.
 */
export const ledgerGuards: readonly string[] = [
  `create or replace function "loyalty"."refuse_ledger_change"() returns trigger language plpgsql as $$
   begin
     raise exception 'The ledger is only ever added to; book a correction instead.' using errcode = 'restrict_violation';
   end $$`,
  `create or replace function "loyalty"."check_transaction_balance"() returns trigger language plpgsql as $$
   begin
     if (select coalesce(sum(points), 0) from "loyalty"."posting"
         where tenant_id = new.tenant_id and transaction_id = new.id) <> 0
       or not exists (select from "loyalty"."posting" where tenant_id = new.tenant_id and transaction_id = new.id) then
       raise exception 'The sides of transaction % do not sum to zero.', new.id using errcode = 'check_violation';
     end if;
     return null;
   end $$`,
  `create or replace function "loyalty"."check_posting_balance"() returns trigger language plpgsql as $$
   begin
     if (select sum(points) from "loyalty"."posting"
         where tenant_id = new.tenant_id and transaction_id = new.transaction_id) <> 0 then
       raise exception 'The sides of transaction % do not sum to zero.', new.transaction_id using errcode = 'check_violation';
     end if;
     return null;
   end $$`,
  `create or replace trigger "transaction_is_append_only" before update or delete or truncate on "loyalty"."transaction"
   for each statement execute function "loyalty"."refuse_ledger_change"()`,
  `create or replace trigger "posting_is_append_only" before update or delete or truncate on "loyalty"."posting"
   for each statement execute function "loyalty"."refuse_ledger_change"()`,
  // A constraint trigger cannot be replaced in place.
  `drop trigger if exists "transaction_balances" on "loyalty"."transaction"`,
  `create constraint trigger "transaction_balances" after insert on "loyalty"."transaction" deferrable initially deferred
   for each row execute function "loyalty"."check_transaction_balance"()`,
  `drop trigger if exists "posting_balances" on "loyalty"."posting"`,
  `create constraint trigger "posting_balances" after insert on "loyalty"."posting" deferrable initially deferred
   for each row execute function "loyalty"."check_posting_balance"()`,
  `revoke update, delete, truncate on "loyalty"."transaction", "loyalty"."posting", "loyalty"."earning_rule_version"
   from "app_loyalty"`,
];
