// Failed logins, at TikTok or in the callback; and how a login ends in a popup.

import { expect } from '@playwright/test';
import type { Consent } from '../flows.ts';
import type { State } from '../states.ts';
import { connected, publicPage, injectFaults, loginInBrowser, storeUnavailablePage, type InjectedFault } from './steps.ts';

/** A login that fails at TikTok or in the callback. */
const failedLogin = (name: string, consent: Consent, faults: InjectedFault[] = [], entry = '/oauth'): State => ({
    name: `failure-${name}`,
    once: true,
    arrange: async ({ page, start }) => {
        const app = await start();
        await injectFaults(app, faults);
        await loginInBrowser(page, app, consent, entry);
        await page.waitForURL(/\/webhook\?/);
    },
});

/** An error that TikTok redirects with before it shows the consent page. */
const authorizeRefused = (name: string, code: string): State => ({
    name: `failure-${name}`,
    once: true,
    arrange: async ({ page, start }) => {
        const app = await start();
        await app.injectFault('authorize', { code });
        await page.goto(`${app.origin}/oauth`);
        await page.waitForURL(/\/webhook\?/);
    },
});

/** An error that TikTok reports by `error_type` alone, without a state. */
const errorType = (name: string, type: string): State => ({
    name: `failure-${name}`,
    once: true,
    arrange: async ({ page, start }) => {
        const app = await start();
        await page.goto(`${app.origin}/oauth`);
        await page.goto(`${app.origin}/webhook?error=invalid_request&error_type=${type}`);
    },
});

export const failures: State[] = [
    publicPage('failure-malformed', '/webhook'),
    publicPage('failure-state', '/webhook?code=unknown-code&state=unknown-state'),
    failedLogin('cancelled', { decision: 'deny' }),
    {
        name: 'failure-cancelled-switch',
        once: true,
        arrange: async (setup) => {
            const app = await connected(setup);
            await loginInBrowser(setup.page, app, { decision: 'deny' }, '/oauth?switch=1');
            await setup.page.waitForURL(/\/webhook\?/);
        },
    },
    failedLogin('outsider', { creator: 'outsider' }),
    failedLogin('ineligible', { creator: 'ineligible' }),
    authorizeRefused('unknown', 'something_new'),
    authorizeRefused('scope-refused', 'invalid_scope'),
    errorType('client-key-refused', 'client_key'),
    errorType('redirect-uri-refused', 'redirect_uri'),
    errorType('code-challenge-refused', 'code_challenge'),
    failedLogin('code-refused', {}, [['token', { code: 'invalid_grant' }]]),
    failedLogin('client-refused', {}, [['token', { code: 'invalid_client' }]]),
    failedLogin('request-refused', {}, [['token', { code: 'invalid_request' }]]),
    failedLogin('rate-limited', {}, [['token', { code: 'rate_limit_exceeded' }]]),
    {
        name: 'failure-too-many-logins',
        once: true,
        arrange: async ({ page, start }) => {
            const oauth = `${(await start()).origin}/oauth`;
            const status = async () => {
                await Promise.all(Array.from({ length: 40 }, () => page.request.get(oauth, { maxRedirects: 0 })));
                return (await page.goto(oauth))?.status();
            };
            await expect.poll(status, { timeout: 25_000 }).toBe(429);
        },
    },
    failedLogin('tiktok-down', {}, [['token', { status: 500 }]]),
    failedLogin('unexpected', {}, [['token', { garbage: true }]]),
    storeUnavailablePage('failure-store-unavailable', '/oauth'),

    {
        name: 'popup-connected',
        once: true,
        arrange: async ({ page, start }) => {
            await loginInBrowser(page, await start(), {}, '/oauth?display=popup');
            await page.waitForURL(/\/webhook\?/);
        },
    },
    failedLogin('in-popup', { decision: 'deny' }, [], '/oauth?display=popup'),
];
