// Challenges of certificates, written by accounts that may write nothing else: into the traffic document like every other
// change, and out of it when their time is over, since clients of the acme-dns protocol never take them away.
import type { AddressBytes } from '../../dns/address.js'
import { equalNames, formatName, type Name, parseName } from '../../dns/name.js'
import { TYPE } from '../../dns/numbers.js'
import { encodeRdata } from '../../dns/rdata.js'
import type { SharedValue } from '../state/shared-value.js'
import type { StaticRecord } from '../traffic/document/zone.js'
import { recordEdits } from '../traffic/record-edits.js'
import { withSerial } from '../traffic/serial-edits.js'
import type { Plan, TrafficStore } from '../traffic/store.js'
import { zoneAbove } from '../traffic/zone-above.js'
import {
  type AcmeAccount,
  type AcmeAccounts,
  type AcmeCredentials,
  isGoodFor,
  isKeptAccounts,
  makeAccount,
  withChallenge,
} from './acme-account.js'

export interface AcmeDeskOptions {
  readonly accounts: SharedValue<AcmeAccounts>
  readonly store: Pick<TrafficStore, 'edit' | 'current'>
  /** Names of accounts are made below it. */
  readonly base: Name
  /** For how long a challenge stands, ms. */
  readonly keepMs: number
  /** Epoch ms. */
  readonly now?: () => number
}

export interface ChallengeUpdate {
  readonly subdomain: string
  readonly user: string
  readonly password: string
  readonly text: string
  readonly address: AddressBytes
}

/** Why there can be no account, or no challenge, in words. */
export class AcmeRefused extends Error {
  override readonly name = 'AcmeRefused'
}

/** Seconds: whoever validates asks once, and not a cache. */
const CHALLENGE_TTL = 1
/** However open the registration is, the state of a node stays small. */
export const MOST_ACCOUNTS = 10_000

export class AcmeDesk {
  static readonly NONE: AcmeAccounts = { accounts: [] }
  static readonly isKept = isKeptAccounts

  private readonly options: AcmeDeskOptions
  private readonly now: () => number

  constructor(options: AcmeDeskOptions) {
    this.options = options
    this.now = options.now ?? Date.now
  }

  /** The name whose TXT records an account writes. */
  nameOf({ subdomain }: Pick<AcmeAccount, 'subdomain'>): Name {
    return parseName(subdomain, this.options.base)
  }

  /** Kept when it resolves; the password is told this once. @throws AcmeRefused */
  async register(from: readonly string[]): Promise<AcmeCredentials> {
    this.requireZone()
    const made = makeAccount(from, this.now())
    await this.options.accounts.update(({ accounts }) => {
      if (accounts.length >= MOST_ACCOUNTS) throw new AcmeRefused(`there are ${MOST_ACCOUNTS} accounts already`)
      return { accounts: [...accounts, made.account] }
    })
    return made
  }

  /** Resolves when it is answered; to false where the account is none, or may not be used so. @throws AcmeRefused, or as the store does */
  async update({ subdomain, user, password, text, address }: ChallengeUpdate): Promise<boolean> {
    const account = this.accountOf(subdomain)
    if (account === undefined || !isGoodFor(account, user, password, address)) return false
    this.requireZone()
    await this.change(subdomain, known => withChallenge(known, text, this.now()))
    await this.write(subdomain, `challenge from acme-dns account ${subdomain}`)
    return true
  }

  /** Takes out what has stood for long enough. Where that fails it is tried again the next time. */
  async sweep(): Promise<void> {
    const before = this.now() - this.options.keepMs
    const isOver = ({ at }: { readonly at: number }): boolean => at <= before
    for (const { subdomain, challenges } of this.options.accounts.current().accounts) {
      if (!challenges.some(isOver)) continue
      await this.write(subdomain, 'challenges that are over', challenge => !isOver(challenge))
      await this.change(subdomain, known => ({ ...known, challenges: known.challenges.filter(c => !isOver(c)) }))
    }
  }

  private accountOf(subdomain: string): AcmeAccount | undefined {
    return this.options.accounts.current().accounts.find(account => account.subdomain === subdomain)
  }

  private async change(subdomain: string, step: (account: AcmeAccount) => AcmeAccount): Promise<void> {
    await this.options.accounts.update(({ accounts }) => ({
      accounts: accounts.map(account => (account.subdomain === subdomain ? step(account) : account)),
    }))
  }

  /** Makes the document say what the account does at the moment at which it is written. */
  private async write(
    subdomain: string,
    reason: string,
    stays: (challenge: AcmeAccount['challenges'][number]) => boolean = () => true,
  ): Promise<void> {
    const owner = this.nameOf({ subdomain })
    const plan: Plan = ({ document, written }) => {
      const zone = zoneAbove(document, owner)
      if (zone === undefined) return []
      const texts = (this.accountOf(subdomain)?.challenges ?? []).filter(stays).map(({ text }) => text)
      const before = zone.records.filter(record => equalNames(record.owner, owner))
      const others = before.filter(({ type }) => type !== TYPE.TXT)
      const after = [...others, ...texts.map(text => challengeRecord(owner, text))]
      return withSerial(recordEdits(written, zone.origin, owner, before, after), zone, written)
    }
    await this.options.store.edit(plan, { actor: 'acme-dns', reason })
  }

  private requireZone(): void {
    const { base, store } = this.options
    if (zoneAbove(store.current().document, base) === undefined)
      throw new AcmeRefused(`no zone of the traffic document holds ${formatName(base)}`)
  }
}

const challengeRecord = (owner: Name, text: string): StaticRecord => ({
  owner,
  type: TYPE.TXT,
  ttl: CHALLENGE_TTL,
  rdata: encodeRdata(TYPE.TXT, `"${text}"`, owner),
})
