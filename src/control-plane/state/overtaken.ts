// What a change depends on is another by now: another node has changed it meanwhile.

/** Nothing was changed; whoever wants it still looks again first. */
export class Overtaken extends Error {
  override readonly name = 'Overtaken'
}
