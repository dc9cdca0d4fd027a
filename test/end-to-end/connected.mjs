// A client with a connected socket, in a process of its own so that it can run in any network namespace: it takes a datagram
// only from the very address that it asked. Words: address, port, the query in hex, the source address ('' for any), and how often
// it is asked at once. Prints each answer in hex; exits with 1 where not all come.
import { createSocket } from 'node:dgram'

const PATIENCE_MS = 3000

const [host = '', port = '', query = '', source = '', times = '1'] = process.argv.slice(2)
let missing = Number(times)
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
  console.log(answer.toString('hex'))
  if (--missing > 0) return
  clearTimeout(timer)
  socket.close()
})
socket.bind({ port: 0, address: source || undefined }, () => {
  socket.connect(Number(port), host, () => {
    for (let i = 0; i < missing; i++) socket.send(Buffer.from(query, 'hex'))
  })
})
