// Keys and rollovers in a folder of their own, with a clock that stands still unless told, and a parent that has what it is told.
import { join } from 'node:path'
import type { KeyBox } from '../../../src/control-plane/keys/key-box.js'
import { keyFiles } from '../../../src/control-plane/keys/key-files.js'
import { areKeyStates, type KeyStates, NO_KEY_STATES } from '../../../src/control-plane/keys/key-states.js'
import { KeyStore } from '../../../src/control-plane/keys/key-store.js'
import type { ParentSeen, ParentStanding } from '../../../src/control-plane/keys/parent-seen.js'
import { Parents } from '../../../src/control-plane/keys/parents.js'
import { Rollovers } from '../../../src/control-plane/keys/rollovers.js'
import { readKept } from '../../../src/control-plane/state/kept-value.js'
import { OwnValue } from '../../../src/control-plane/state/own-value.js'
import type { SharedValue } from '../../../src/control-plane/state/shared-value.js'

export interface KeyDesk {
  readonly keys: KeyStore
  readonly rollovers: Rollovers
  readonly states: SharedValue<KeyStates>
  readonly parents: Parents
  /** What the parent has; it cannot be asked where this is undefined. */
  parent: Omit<ParentSeen, 'at'> | undefined
  /** How it is asked instead, where it is. */
  ask?: () => Promise<ParentSeen>
  /** Whether what is served could not be signed anew. */
  behind: boolean
  /** Whether there is a command that signs with keys elsewhere. */
  signsElsewhere: boolean
  /** What was told, and how often other keys were to sign. */
  readonly told: string[]
  /** How the parent has come to stand. */
  readonly standings: ParentStanding[]
  applied: number
}

export const NO_DS: Omit<ParentSeen, 'at'> = { ttl: 0, everywhere: [], somewhere: [] }

/** @param clock seconds since 1970
 * @param shared whether other nodes have keys of their own
 * @param written called before, and after, each time that something is kept; what it throws ends that */
export async function openDesk(
  folder: string,
  clock: { wall: number },
  apply: () => Promise<void> = async () => undefined,
  shared = false,
  written: () => void = () => undefined,
): Promise<KeyDesk> {
  const path = join(folder, 'rollovers.json')
  const kept = new OwnValue<KeyStates>(path, (await readKept(path, areKeyStates)) ?? NO_KEY_STATES)
  const now = (): number => clock.wall * 1000
  const around = async <T>(write: () => Promise<T>): Promise<T> => {
    written()
    const done = await write()
    written()
    return done
  }
  const states: SharedValue<KeyStates> = {
    current: () => kept.current(),
    update: async step => {
      const before = kept.current()
      return step(before) === before ? before : around(() => kept.update(step))
    },
    onChange: listener => kept.onChange(listener),
    settled: () => kept.settled(),
  }
  const files = keyFiles(join(folder, 'keys'), now)
  const box: KeyBox = {
    read: files.read,
    add: (...words) => around(() => files.add(...words)),
    retire: (...words) => around(() => files.retire(...words)),
  }
  const keys = new KeyStore({ box, now, states })
  const parents = new Parents({
    keys,
    now: () => clock.wall,
    ask: async () => {
      if (desk.ask !== undefined) return desk.ask()
      if (desk.parent === undefined) throw new Error('the parent does not answer')
      return { at: clock.wall, ...desk.parent }
    },
    onStanding: (_, standing) => void desk.standings.push(standing),
  })
  const desk: KeyDesk = {
    keys,
    states,
    parents,
    rollovers: new Rollovers({
      keys,
      states,
      now: () => clock.wall,
      parents,
      apply: async () => {
        desk.applied++
        await apply()
      },
      tell: (zone, sentence) => void desk.told.push(`${zone} ${sentence}`),
      shared: () => shared,
      behind: () => desk.behind,
      signsElsewhere: () => desk.signsElsewhere,
    }),
    parent: NO_DS,
    behind: false,
    signsElsewhere: false,
    told: [],
    standings: [],
    applied: 0,
  }
  return desk
}
