// What a node keeps by itself where it has no fleet to share it with.
import { readKept } from '../control-plane/state/kept-value.js'
import { OwnValue } from '../control-plane/state/own-value.js'
import type { SharedValue } from '../control-plane/state/shared-value.js'

/** A value of this node alone, with what is in its file. */
export async function openOwn<T>(
  path: string,
  initial: T,
  sound: (value: unknown) => value is T,
  onProblem: (path: string, error: unknown) => void,
): Promise<SharedValue<T>> {
  const before = await readKept(path, sound).catch(error => {
    onProblem(path, error)
    return undefined
  })
  return new OwnValue(path, before ?? initial)
}
