/**
 * Preloaded into the built service, it leaves out what adds the row of a write to the audit trail: its values, their digests
 * and its statement. So the row's cost can be measured, and the product needs no switch for that.
 */
const { WriteAttempt } = require('../../../dist/platform/writes/write-attempt');
const { WriteTransaction } = require('../../../dist/platform/writes/write-transaction');

WriteAttempt.prototype.remembering = () => null;

const { commit } = WriteTransaction.prototype;
WriteTransaction.prototype.commit = function (statements, ...others) {
  return commit.call(
    this,
    statements.filter((statement) => statement !== null),
    ...others,
  );
};
