// The TCP check: passes when a connection opens (RFC 9293 §3.5).
import { connect } from 'node:net'
import type { TcpCheckSpec } from '../traffic/document.js'
import { cause } from './cause.js'
import type { Check } from './check.js'

/** Passes when a connection opens; nothing is sent. */
export const tcp: Check<TcpCheckSpec> = ({ address, spec }, signal) =>
  new Promise((resolve, reject) => {
    const socket = connect({ host: address, port: spec.port, signal })
    socket.once('connect', () => {
      socket.destroy()
      resolve()
    })
    socket.once('error', error => reject(new Error(cause(error), { cause: error })))
  })
