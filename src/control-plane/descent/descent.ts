// What a large map or list was made of: an edit leaves nearly all of it as it was, and whoever knows what it did not leave need
// not look for it. It is a hint: where nothing is known, the two are compared as a whole.

/** So far back it is remembered: of edits that are written together each is made of the one before. */
const MOST_STEPS = 64

interface Origin<T extends object, D> {
  /** Weakly, or each would keep all that came before it. */
  readonly from: WeakRef<T>
  readonly difference: D
}

/** Of things that are never changed once they are made. */
class Descent<T extends object, D> {
  private readonly origins = new WeakMap<T, Origin<T, D>>()

  note(made: T, from: T, difference: D): void {
    this.origins.set(made, { from: new WeakRef(from), difference })
  }

  /** What it was made of, and how. */
  parentOf(made: T): { readonly from: T; readonly difference: D } | undefined {
    const origin = this.origins.get(made)
    const from = origin?.from.deref()
    return origin === undefined || from === undefined ? undefined : { from, difference: origin.difference }
  }

  /** The differences on the way from one to the other, in order; undefined where there is no way that is known. */
  between(from: T, made: T): readonly D[] | undefined {
    const found: D[] = []
    let at = made
    while (at !== from) {
      const parent = this.parentOf(at)
      if (parent === undefined || found.length === MOST_STEPS) return undefined
      found.push(parent.difference)
      at = parent.from
    }
    return found.reverse()
  }
}

type PlainMap = Readonly<Record<string, unknown>>

/** The difference is the one key that has another value, or none any more, or had none. */
export const maps = new Descent<PlainMap, string>()

/** The only keys of which two maps may have different values; undefined where that is not known. */
export function changedKeys(from: PlainMap, made: PlainMap): ReadonlySet<string> | undefined {
  const keys = maps.between(from, made)
  return keys && new Set(keys)
}

/** In place of what was `gone`, from `at` on, there is what has `come`. */
export interface Replaced<T> {
  readonly at: number
  readonly gone: readonly T[]
  readonly come: readonly T[]
}

const lists = new Descent<readonly unknown[], Replaced<unknown>>()

/** The list with some of its items replaced; the same list where there is nothing to replace. */
export function replaced<T>(from: readonly T[], { at, gone, come }: Replaced<T>): readonly T[] {
  if (gone.length + come.length === 0) return from
  const made = from.toSpliced(at, gone.length, ...come)
  lists.note(made, from, { at, gone, come })
  return made
}

/** What a list was made of, and how. */
export const listBefore = <T>(made: readonly T[]) =>
  lists.parentOf(made) as { readonly from: readonly T[]; readonly difference: Replaced<T> } | undefined // `replaced` noted it

/** Items of either list that the other does not have; undefined where that is not known. No item is twice in a list. */
export function differenceOf<T>(
  from: readonly T[],
  made: readonly T[],
): { readonly gone: readonly T[]; readonly come: readonly T[] } | undefined {
  const steps = lists.between(from, made) as readonly Replaced<T>[] | undefined // likewise
  if (steps === undefined) return undefined
  const [gone, come] = [steps.flatMap(({ gone }) => gone), steps.flatMap(({ come }) => come)]
  // What came on the way and went again, or went and came back, is in neither or in both.
  return { gone: gone.filter(item => !come.includes(item)), come: come.filter(item => !gone.includes(item)) }
}

/** Lists made of others item by item, each once; where few items of the other were replaced, few of this are. */
export function mappedLists<T, U>(of: (item: T) => U): (list: readonly T[]) => readonly U[] {
  const known = new WeakMap<readonly T[], readonly U[]>()
  const made = (list: readonly T[]): readonly U[] => {
    const before = listBefore(list)
    const then = before && known.get(before.from)
    if (before === undefined || then === undefined) return list.map(of)
    const { at, gone, come } = before.difference
    return replaced(then, { at, gone: then.slice(at, at + gone.length), come: come.map(of) })
  }
  return list => {
    const mapped = known.get(list) ?? made(list)
    known.set(list, mapped)
    return mapped
  }
}
