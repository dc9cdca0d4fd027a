// A link from one node to one member of etcd, that can be cut: a relay of TCP.
import { connect, createServer } from 'node:net'

export async function layLink(to) {
  const ends = new Set()
  let whole = true
  const server = createServer(near => {
    if (!whole) {
      near.destroy()
      return
    }
    const far = connect(to, '127.0.0.1')
    for (const [one, other] of [
      [near, far],
      [far, near],
    ]) {
      ends.add(one)
      one.on('error', () => other.destroy())
      one.once('close', () => {
        ends.delete(one)
        other.destroy()
      })
      one.pipe(other)
    }
  })
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    port: server.address().port,
    cut() {
      whole = false
      for (const one of ends) one.destroy()
    },
    mend() {
      whole = true
    },
    close() {
      this.cut()
      server.close()
    },
  }
}
