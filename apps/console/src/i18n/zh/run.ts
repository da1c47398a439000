/** The texts of this place. */
export const run = {};
