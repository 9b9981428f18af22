// Every page in every state that can be reached: one table for the checks of accessibility and layout,
// for the pictures, and for the comparison with the references.

import type { Page } from '@playwright/test';
import { App } from './app.mjs';
import { atProfile, decide, type Consent } from './flows.ts';

/** What a state is arranged with: one browser, an app, and an app whose records cannot be reached. */
export type Stage = { page: Page; app: App; adrift: App };

export type State = {
    name: string;
    /** Leads the browser there. */
    arrange: (stage: Stage) => Promise<void>;
    /** It is one of the simulated TikTok's pages. */
    foreign?: boolean;
};

/** A page that is there for the asking. */
const open = (name: string, path: string): State => ({
    name,
    arrange: async ({ page, app }) => void (await page.goto(app.origin + path)),
});

/** A page of an app whose records cannot be reached, in a browser that was signed in before. */
const withoutRecords = (name: string, path: string): State => ({
    name,
    arrange: async ({ page, adrift }) => {
        const session = { name: '__Host-session', value: 'AAAAAAAAAAAAAAAAAAAAAA', secure: true, path: '/' };
        await page.context().addCookies([{ ...session, domain: 'localhost' }]);
        await page.goto(adrift.origin + path);
    },
});

async function throughTikTok(page: Page, app: App, consent: Consent, start = '/oauth') {
    await page.goto(app.origin + start);
    await decide(page, consent);
}

/** A profile, after what was ordered at TikTok. */
const profile = (name: string, consent: Consent, orders: [string, object][] = []): State => ({
    name: `profile-${name}`,
    arrange: async ({ page, app }) => {
        for (const [endpoint, fault] of orders) await app.order(endpoint, fault);
        await throughTikTok(page, app, consent);
        await atProfile(page, app);
    },
});

/** A login that fails at TikTok, or on the way back. */
const failure = (name: string, consent: Consent, orders: [string, object][] = [], start = '/oauth'): State => ({
    name: `failure-${name}`,
    arrange: async ({ page, app }) => {
        for (const [endpoint, fault] of orders) await app.order(endpoint, fault);
        await throughTikTok(page, app, consent, start);
        await page.waitForURL(/\/webhook\?/);
    },
});

/** A fault of TikTok's that it brings back by itself, before anyone can consent. */
const refusal = (name: string, code: string): State => ({
    name: `failure-${name}`,
    arrange: async ({ page, app }) => {
        await app.order('authorize', { code });
        await page.goto(`${app.origin}/oauth`);
        await page.waitForURL(/\/webhook\?/);
    },
});

export const states: State[] = [
    open('login', '/'),
    {
        name: 'login-signed-in',
        arrange: async ({ page, app }) => {
            await throughTikTok(page, app, {});
            await atProfile(page, app);
            await page.goto(`${app.origin}/`);
        },
    },
    withoutRecords('login-without-records', '/'),
    open('privacy', '/privacy'),
    open('terms', '/terms'),
    open('not-found', '/no/such/page'),
    {
        name: 'consent',
        foreign: true,
        arrange: async ({ page, app }) => void (await page.goto(`${app.origin}/oauth`)),
    },

    profile('public', {}),
    profile('private', { creator: 'private' }),
    profile('hostile', { creator: 'hostile' }),
    profile('without-picture', { creator: 'no-avatar' }),
    profile('minimal', { creator: 'minimal' }),
    profile('long-video', { creator: 'long-video' }),
    profile('banned', { creator: 'banned' }),
    profile('posted-out', { creator: 'posted-out' }),
    profile('app-cap', { creator: 'app-cap' }),
    profile('tiktok-silent', { creator: 'info-down' }),
    profile('permission-missing', { without: ['video.publish'] }),
    profile('token-refused', {}, [['creator_info', { code: 'access_token_invalid' }]]),
    profile('rate-limited', {}, [['creator_info', { code: 'rate_limit_exceeded' }]]),
    profile('nothing-known', {}, [
        ['user_info', { garbage: true }],
        ['creator_info', { status: 500 }],
    ]),
    withoutRecords('profile-without-records', '/profile'),

    open('failure-malformed', '/webhook'),
    open('failure-state', '/webhook?code=code-of-nobody&state=state-of-nobody'),
    failure('cancelled', { decision: 'deny' }),
    failure('outsider', { creator: 'outsider' }),
    refusal('not-eligible', 'something_new'),
    refusal('scope-refused', 'invalid_scope'),
    failure('code-refused', {}, [['token', { code: 'invalid_grant' }]]),
    failure('client-refused', {}, [['token', { code: 'invalid_client' }]]),
    failure('request-refused', {}, [['token', { code: 'invalid_request' }]]),
    failure('rate-limited', {}, [['token', { code: 'rate_limit_exceeded' }]]),
    failure('tiktok-down', {}, [['token', { status: 500 }]]),
    failure('unexpected', {}, [['token', { garbage: true }]]),
    withoutRecords('failure-without-records', '/oauth'),

    {
        name: 'popup-connected',
        arrange: async ({ page, app }) => {
            await throughTikTok(page, app, {}, '/oauth?display=popup');
            await page.waitForURL(/\/webhook\?/);
        },
    },
    failure('in-popup', { decision: 'deny' }, [], '/oauth?display=popup'),

    withoutRecords('drawn-without-records', '/account/export'),
    {
        name: 'drawn-stranger',
        arrange: async ({ page, app }) => {
            await page.goto(`${app.tiktok}/simulator`);
            await page.evaluate((action) => {
                const form = Object.assign(document.createElement('form'), { method: 'post', action });
                document.body.append(form);
                form.submit();
            }, `${app.origin}/api/log_out`);
            await page.waitForURL(`${app.origin}/**`);
        },
    },
];
