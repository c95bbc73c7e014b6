/**
 * Only for the lab: with `node --require` of this file, the built service stops at its sync points when the lab asks for it.
 * Its steps are its own, and none is left out.
 */
const { SyncPoints } = require('../../../dist/platform/cache/protocol/sync-points');
const { reach } = require('./hold-points.cjs');

SyncPoints.prototype.reach = reach;
