// One question and its answer by UDP, from a port of its own and from nobody else.
import { createSocket } from 'node:dgram'
import type { Exchange } from './notify.js'

/** Whatever goes wrong is no answer: what cannot be reached now may be a moment later. */
export const exchangeDatagrams: Exchange = ({ host, port }, message, ms, signal) =>
  new Promise(resolve => {
    const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4')
    const end = (answer: Uint8Array | undefined): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', giveUp)
      socket.close()
      resolve(answer)
    }
    const giveUp = (): void => end(undefined)
    const timer = setTimeout(giveUp, ms)
    signal.addEventListener('abort', giveUp, { once: true })
    socket.on('error', () => {})
    socket.on('message', answer => {
      const isAnswer = answer.length >= 12 && answer[0] === message[0] && answer[1] === message[1] && answer[2]! >= 0x80
      if (isAnswer) end(answer)
    })
    // Connected: the system drops what comes from anybody else.
    socket.connect(port, host, () => socket.send(message))
    socket.unref()
  })
