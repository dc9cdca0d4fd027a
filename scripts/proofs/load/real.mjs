// Twenty regions and their clients on the real publisher: the real maps, groups, choices and draws, without packets.
import { seenClients } from '../../../dist/control-plane/operate/balance-groups.js'
import { balanceOf } from '../../../dist/control-plane/operate/balance-plan.js'
import { Draw } from '../../../dist/snapshot/draw.js'
import { leafRanking, lookup4 } from '../../../dist/snapshot/map.js'
import { IDS } from './world.mjs'

export class RealSteering {
  constructor({ publisher, document }, locate, clients) {
    const known = new Map(clients.map(({ address }) => [address.join(), locate(address)]))
    this.locate = bytes => known.get(bytes.join()) ?? locate(bytes)
    this.publisher = publisher
    this.document = document
    this.draw = new Draw()
  }

  lose(id) {
    const health =
      id === undefined
        ? []
        : [[id, [{ address: this.addressOf(id), up: false, since: 0, changeInMs: 2e4, checks: [] }]]]
    this.publisher.setHealth(new Map(health))
  }

  addressOf(id) {
    return this.document.regions.get(id).addresses[0].text
  }

  regionOf({ address }) {
    const { steerings, choices, members, regions } = this.publisher.current().snapshot
    const { map, choiceOf } = steerings[0].v4
    const word = lookup4(map, (address[0] << 24) | (address[1] << 16) | (address[2] << 8) | address[3])
    this.draw.run({ choices, members, regions }, choiceOf[leafRanking(word)], address, 24)
    return IDS[this.draw.regions[0]]
  }

  seen(demand) {
    return seenClients(this.publisher.current(), demand, this.locate)
  }

  apply(groups, assignment) {
    this.publisher.setBalance(balanceOf(groups, assignment))
  }
}
