// Something that can be looked at before it is done: with --dry-run or the like it is only shown, and to a person at a terminal it is
// shown first, with the question whether it is meant.
import { isMeant } from './ask.js'
import { patiently } from './progress.js'
import { type Call, EXIT, type Exit } from './verb.js'

export interface Deed<View> {
  /** What is going on meanwhile, in words. */
  readonly looking: string
  readonly doing: string
  /** Only asks what would come of it, or does it. */
  send(dryRun: boolean): Promise<View>
  format(view: View): string
}

export async function carryOut<View>(call: Call, only: boolean, deed: Deed<View>): Promise<Exit> {
  const { looking, doing, send, format } = deed
  const looked = () => patiently(call, looking, send(true))
  if (!only && !(await isMeant(call, async () => [format(await looked())]))) return EXIT.failed
  const view = await (only ? looked() : patiently(call, doing, send(false)))
  call.print(call.flag('json') ? JSON.stringify(view, null, 2) : format(view))
  return EXIT.done
}
