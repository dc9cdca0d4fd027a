// Reading a text that may be large: the YAML library needs seconds for many names, and has them in a thread of its own.
import { piecemeal } from '../threads/steps.js'
import { LARGE, readAside } from './aside.js'
import { unpackTree } from './packed-tree.js'
import { placesIn, readSheet, sheetOf } from './sheet.js'
import { AliasError, plainValueInSteps } from './yaml-tree.js'

/** As `readSheet`; a small text is read at once. A thread that dies, as where there is no memory for it, is a problem of the text. */
export async function readLargeSheet(text: string, file: string): Promise<ReturnType<typeof readSheet>> {
  if (text.length < LARGE) return readSheet(text, file)
  const read = await readAside({ kind: 'yaml', text, file }).catch(({ message }: Error) => ({
    problems: [{ path: '', message, at: { file, line: 1, column: 1 } }],
  }))
  if ('problems' in read) return read
  const root = read.tree && (await piecemeal(unpackTree(read.tree, text)))
  try {
    const value = root === undefined ? null : await piecemeal(plainValueInSteps(root))
    return { sheet: sheetOf(text, root, value, read.anchored) }
  } catch (error) {
    if (!(error instanceof AliasError)) throw error
    return { problems: [{ path: '', message: error.message, at: placesIn(text, file)(error.offset) }] }
  }
}
