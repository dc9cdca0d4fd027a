// The page: who is signed in sees the view that the address names.
import { effect } from '@preact/signals'
import { render } from 'preact'
import { expired, resume, session, signedIn } from './api.js'
import { Frame } from './frame.js'
import { refresh, unfollow } from './live.js'
import { SignIn, SignInAgain } from './sign-in.js'
import './style.css'
import './controls.css'
import './world.css'
import './regions.css'
import './explain.css'
import './traffic.css'
import './document.css'
import './pieces.css'
import './drills.css'
import './incidents.css'
import './dnssec.css'
import './narrow.css'

function Page() {
  if (session.value === undefined) return <p class="quiet centred">Looking whether you are signed in …</p>
  if (session.value === null) return <SignIn />
  return (
    <>
      <Frame />
      {expired.value ? <SignInAgain /> : null}
    </>
  )
}

let followed = false
effect(() => {
  const following = signedIn.value && !expired.value
  if (following === followed) return
  followed = following
  if (following) void refresh()
  else unfollow(session.value === null)
})

render(<Page />, document.getElementById('app')!) // index.html has it
void resume()
