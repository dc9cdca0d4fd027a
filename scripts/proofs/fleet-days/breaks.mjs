// Ways to break the fleet or what it stands on, by which is shown that a day that is not as it has to be is found out.
import { Replica } from '../../../dist/control-plane/fleet/replica.js'
import { SignedCopy } from '../../../dist/control-plane/fleet/signed-copy.js'
import { Votes } from '../../../dist/control-plane/fleet/votes.js'
import { Overrides } from '../../../dist/control-plane/operate/overrides.js'
import { Publisher } from '../../../dist/control-plane/publish/publisher.js'
import { REGIONS } from './names.mjs'
import { Store } from './store.mjs'
import { StoreState } from './store-state.mjs'

/** In the order of their numbers, from 1 on. */
export const BREAKS = [
  [
    'the store writes whatever the versions are',
    StoreState,
    'transact',
    transact =>
      (_, ...rest) =>
        transact([], ...rest),
  ],
  ['leases never run out', StoreState, 'look', () => () => undefined],
  [
    'a watch tells nothing of documents',
    Store,
    'tell',
    tell => (stream, commit) => commit.events.some(isDocument) || tell(stream, commit),
  ],
  ['what changed while a node was away is not taken over', Replica, 'replace', replace => onlyOnce(replace)],
  ['overrides stay in force when they are over', Overrides, 'tick', () => () => undefined],
  ['the copy on the disk is not written', SignedCopy, 'keep', () => () => undefined],
  [
    'a node that sees most regions down keeps its vote',
    Votes,
    'others',
    others =>
      (...given) =>
        others(...given).map(heard => ({ ...heard, trusted: true })),
  ],
  [
    'operators who say of all regions that they are down are not heard',
    Publisher,
    'setForced',
    setForced => forced => setForced(forced.size < REGIONS.length ? forced : new Map()),
  ],
]

const isDocument = ({ key }) => key.endsWith('/document')

function onlyOnce(replace) {
  return function (...given) {
    if (this.readOnce) return this.hear(given[1])
    this.readOnce = true
    return replace(...given)
  }
}

/** From here on it is broken so, in this process. */
export function breakIt(number) {
  const [, of, method, how] = BREAKS[number - 1]
  const whole = of.prototype[method]
  of.prototype[method] = function (...given) {
    return how(whole.bind(this)).apply(this, given)
  }
}
