/** An action waits for a validator; then it is collected by one, or it is not, and its money goes back. */
export const ACTION_STATUSES = ['pending', 'collected', 'returned'] as const;
export type ActionStatus = (typeof ACTION_STATUSES)[number];
