// A login that fails: at TikTok, or on the way back; and how one ends in a popup.

import type { Consent } from '../flows.ts';
import type { State } from '../states.ts';
import { connected, open, order, throughTikTok, withoutRecords, type Order } from './ways.ts';

/** A login that fails at TikTok, or on the way back. */
const failure = (name: string, consent: Consent, orders: Order[] = [], entry = '/oauth'): State => ({
    name: `failure-${name}`,
    once: true,
    arrange: async ({ page, start }) => {
        const app = await start();
        await order(app, orders);
        await throughTikTok(page, app, consent, entry);
        await page.waitForURL(/\/webhook\?/);
    },
});

/** A fault of TikTok's that it brings back by itself, before anyone can consent. */
const refusal = (name: string, code: string): State => ({
    name: `failure-${name}`,
    once: true,
    arrange: async ({ page, start }) => {
        const app = await start();
        await app.order('authorize', { code });
        await page.goto(`${app.origin}/oauth`);
        await page.waitForURL(/\/webhook\?/);
    },
});

/** A fault that TikTok names by `error_type` alone; it leaves the state out. */
const named = (name: string, type: string): State => ({
    name: `failure-${name}`,
    once: true,
    arrange: async ({ page, start }) => {
        const app = await start();
        await page.goto(`${app.origin}/oauth`);
        await page.goto(`${app.origin}/webhook?error=invalid_request&error_type=${type}`);
    },
});

export const failures: State[] = [
    open('failure-malformed', '/webhook'),
    open('failure-state', '/webhook?code=code-of-nobody&state=state-of-nobody'),
    failure('cancelled', { decision: 'deny' }),
    {
        name: 'failure-cancelled-switch',
        once: true,
        arrange: async (stage) => {
            const app = await connected(stage);
            await throughTikTok(stage.page, app, { decision: 'deny' }, '/oauth?switch=1');
            await stage.page.waitForURL(/\/webhook\?/);
        },
    },
    failure('outsider', { creator: 'outsider' }),
    failure('ineligible', { creator: 'ineligible' }),
    refusal('not-eligible', 'something_new'),
    refusal('scope-refused', 'invalid_scope'),
    named('key-refused', 'client_key'),
    named('address-refused', 'redirect_uri'),
    named('proof-refused', 'code_challenge'),
    failure('code-refused', {}, [['token', { code: 'invalid_grant' }]]),
    failure('client-refused', {}, [['token', { code: 'invalid_client' }]]),
    failure('request-refused', {}, [['token', { code: 'invalid_request' }]]),
    failure('rate-limited', {}, [['token', { code: 'rate_limit_exceeded' }]]),
    failure('tiktok-down', {}, [['token', { status: 500 }]]),
    failure('unexpected', {}, [['token', { garbage: true }]]),
    withoutRecords('failure-without-records', '/oauth'),

    {
        name: 'popup-connected',
        once: true,
        arrange: async ({ page, start }) => {
            await throughTikTok(page, await start(), {}, '/oauth?display=popup');
            await page.waitForURL(/\/webhook\?/);
        },
    },
    failure('in-popup', { decision: 'deny' }, [], '/oauth?display=popup'),
];
