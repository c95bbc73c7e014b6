-- What a recharge sends, message by message as the service sends it: -D account, first, last.
\set card random(:first, :last)
\set key random(1, 9000000000000000)
\startpipeline
BEGIN ISOLATION LEVEL READ COMMITTED;
SELECT pg_advisory_xact_lock_shared(7316010);
SELECT epoch::text, state, redis_run_id, pg_current_xact_id()::text FROM cache_epoch;
SELECT fingerprint, body FROM take_idempotency_key('', 'benchmark-' || :key, 7316002, now() - interval '30 days');
SELECT card_id, account_id, card_number, user_id, status, balance, credit_limit, debt, credit_used, credit_used_at,
       version, acquisition_date, last_used_date, updated_at
FROM cards WHERE card_id = :card FOR NO KEY UPDATE;
SELECT nextval('recharges_recharge_id_seq') AS recharge_id;
\endpipeline
\startpipeline
WITH recharge AS (
  INSERT INTO recharges (recharge_id, card_id, recharge_point_id, channel, amount, new_balance, transaction_id,
                         recharge_timestamp, debt_paid)
  SELECT currval('recharges_recharge_id_seq'), card_id, NULL, 'default', 1000, balance + 1000, NULL, now(), 0
  FROM cards WHERE card_id = :card
  RETURNING recharge_id, transaction_id)
INSERT INTO recharge_transactions (transaction_id, client, recharge_id)
SELECT transaction_id, '', recharge_id FROM recharge WHERE transaction_id IS NOT NULL;
WITH card AS (
  UPDATE cards SET balance = balance + 1000, version = version + 1, updated_at = now()
  WHERE card_id = :card
  RETURNING card_id, account_id, balance, version)
INSERT INTO postings (kind, debit_account_id, credit_account_id, amount, card_id, card_version, card_balance,
                      recharge_id, trip_id, posted_at)
SELECT 'recharge', :account, account_id, 1000, card_id, version, balance, currval('recharges_recharge_id_seq'), NULL,
       now()
FROM (VALUES (true)) AS once LEFT JOIN card ON true
RETURNING posting_id, card_balance, card_version;
INSERT INTO idempotency_keys AS stored (idempotency_key, client, fingerprint, status, body, created_at)
VALUES ('benchmark-' || :key, '', sha256('benchmark'), 201,
        '{"recharge_id":1000000,"card_id":100000,"amount":1000,"activation":"card","debt_paid":0,"new_balance":251000,"recharge_timestamp":"2026-01-01T12:00:00.000Z"}',
        now())
ON CONFLICT (idempotency_key, client) DO UPDATE
  SET fingerprint = EXCLUDED.fingerprint, status = EXCLUDED.status, body = EXCLUDED.body,
      created_at = CASE WHEN stored.created_at <= now() - interval '30 days' THEN EXCLUDED.created_at END;
INSERT INTO audit_entries (occurred_at, client, key_id, role, request_id, operation, object_kind, object_id, outcome,
                           changes, reason, address)
VALUES (now(), '', NULL, NULL, '1f2e3d4c-2s', 'POST /recharges', 'recharge', currval('recharges_recharge_id_seq')::text, 'changed',
        '{"card_id": "6cf615d5bcaa", "amount": "0f8eb4b72b6e"}', NULL, '127.0.0.1');
COMMIT;
\endpipeline
