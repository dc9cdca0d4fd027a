// The kinds of questions that all servers are asked side by side.
import { BASE } from './world.mjs'

const udp = (names, ecs, what, family = 4) => ({ load: 'closed', what, kind: { names, ecs, family, zone: BASE } })

/** As another kind, with nothing whose answers could leave together. */
const apart = (like, ecs) => ({
  ...udp('geo', ecs, `as ${like}, and no two queries in a row from one port`),
  apart: true,
  like,
})

export const KINDS = {
  static: udp('static', false, 'an A record, the same for everybody, among 1,000 names'),
  geo: udp('geo', false, 'a steered name among 1,000, no client subnet'),
  'geo-apart': apart('geo', false),
  'geo-ecs': udp('geo', true, 'a steered name among 1,000, a random /24 as client subnet'),
  'geo-ecs-apart': apart('geo-ecs', true),
  'geo-ecs6': { ...udp('geo', true, 'as geo-ecs, with a random /48 of IPv6', 6), like: 'geo-ecs' },
  nxdomain: udp('nxdomain', false, 'random names that do not exist'),
  tcp: { ...udp('static', false, 'as static, over TCP, pipelined on 8 connections'), load: 'tcp' },
}

/** Whether a server can be asked questions of a kind. */
export const answersTo = (server, name) => server.answers.includes(KINDS[name].like ?? name)
