// What several nodes share cannot be reached: nothing of it can be changed, and what is known goes on being served.

/** Nobody answered in time, or those who did cannot agree. Whether a change that was under way was made is not known. */
export class StoreAway extends Error {
  override readonly name = 'StoreAway'
}
