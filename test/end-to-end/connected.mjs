// A client with a connected socket, in a process of its own so that it can run in any network namespace: it takes a datagram
// only from the very address that it asked. Words: address, port, the query in hex, and the source address where one is wanted.
// Prints the answer in hex; exits with 1 where none comes.
import { createSocket } from 'node:dgram'

const PATIENCE_MS = 3000

const [host = '', port = '', query = '', source] = process.argv.slice(2)
const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4')
const timer = setTimeout(() => {
  socket.close()
  process.exitCode = 1
}, PATIENCE_MS)
socket.on('error', error => {
  console.error(error.message)
  process.exit(1)
})
socket.on('message', answer => {
  clearTimeout(timer)
  socket.close()
  console.log(answer.toString('hex'))
})
socket.bind({ port: 0, address: source }, () => {
  socket.connect(Number(port), host, () => socket.send(Buffer.from(query, 'hex')))
})
