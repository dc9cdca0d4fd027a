import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const script = (name: string): Promise<unknown> => import(`${ROOT}scripts/bench/${name}`)

// Scripts of plain JavaScript: their types are what is written here.
const { fillPage } = (await script('page.mjs')) as { fillPage(page: string, tables: string): string }
const { sharesOf } = (await script('perf.mjs')) as { sharesOf(text: string): ReadonlyMap<string, number> }

const PAGE = 'before\n\n<!-- measured by npm run bench -->\n\nold\n\n<!-- end of what was measured -->\n\nafter\n'

test('the tables of a run take the place of those before, and what stands around them stays', () => {
  expect(fillPage(PAGE, 'new\n')).toBe(PAGE.replace('old', 'new'))
  expect(fillPage(fillPage(PAGE, 'once'), 'twice')).toBe(PAGE.replace('old', 'twice'))
})

test('a page without a place for them is refused', () => {
  expect(() => fillPage('before and after', 'new')).toThrow('no place')
})

test('docs/performance.md has a place for them', () => {
  const page = readFileSync(`${ROOT}docs/performance.md`, 'utf8')
  const [before, after] = page.split(/<!-- measured by npm run bench -->[\s\S]*<!-- end of what was measured -->/)
  const filled = fillPage(page, 'THE TABLES')
  expect(filled.startsWith(before ?? '?')).toBe(true)
  expect(filled.endsWith(after ?? '?')).toBe(true)
  expect(filled).toContain('THE TABLES')
})

/** Functions from the innermost on, as `perf script -F ip,sym,dso` writes them; those of a program have no names. */
const stack = (...frames: readonly string[]): string =>
  frames
    .map(name => `\tffffffff81e2c3a6 ${name} (${name === '[unknown]' ? '/usr/bin/node' : '[kernel.kallsyms]'})\n`)
    .join('')

test('what a program was seen at is told apart by what it had asked the kernel for', () => {
  const seen = [
    stack('[unknown]'),
    stack('[unknown]', '[unknown]'),
    stack('_copy_to_iter', 'udp_recvmsg', 'do_recvmmsg', '__x64_sys_recvmmsg', 'do_syscall_64', '[unknown]'),
    // What a packet sets off on its way out belongs to sending it.
    stack('udp_queue_rcv_one_skb', 'net_rx_action', 'udp_sendmsg', '__arm64_sys_sendmmsg', '[unknown]'),
    // Blocked until something comes.
    stack('finish_task_switch', 'schedule', 'do_recvmmsg', '__x64_sys_recvmmsg', '[unknown]'),
    stack('ep_poll', '__x64_sys_epoll_wait', '[unknown]'),
    stack('tick_nohz_handler', 'asm_sysvec_apic_timer_interrupt', '[unknown]'),
    stack('vfs_fsync', '__x64_sys_fsync', '[unknown]'),
    // What calls it is not seen.
    stack('tcp_sendmsg', 'sock_write_iter', 'vfs_write', 'ksys_write', 'do_syscall_64', '[unknown]'),
    stack('udp_recvmsg', '__sys_recvmsg', 'do_syscall_64', '[unknown]'),
  ]
  expect(Object.fromEntries(sharesOf(`\n${seen.join('\n\n')}`))).toEqual({
    'the program itself': 2 / 10,
    receiving: 2 / 10,
    sending: 2 / 10,
    'waiting and waking': 2 / 10,
    'the rest of the kernel': 2 / 10,
  })
})
