// Profiles: what TikTok returns about a creator, and recent activity.

import { expect } from '@playwright/test';
import { islandsReady, loginByRequest, openSections, signIn, type Consent } from '../flows.ts';
import type { State } from '../states.ts';
import { connected, disconnect, press, storeUnavailablePage, type InjectedFault } from './steps.ts';

/** The profile of a creator, with faults of the simulated TikTok. */
const profile = (name: string, consent: Consent, faults: InjectedFault[] = []): State => ({
    name: `profile-${name}`,
    arrange: async (setup) => void (await connected(setup, consent, faults)),
});

/** Every event that does not end a connection, and one of an unknown kind. */
const events: [event: string, content: object][] = [
    ['video.upload.failed', { share_id: 'video.6974245311675353080.VDCxrcMJ' }],
    ['video.publish.completed', { share_id: 'video.6974245311675353080.VDCxrcMJ' }],
    ['portability.download.ready', { request_id: 6974245311675353080 }],
    ['post.publish.failed', { publish_id: 'v_pub_url~v2.123456789', reason: 'spam_risk_user_banned_from_posting' }],
    ['post.publish.complete', { publish_id: 'v_pub_url~v2.123456789' }],
    ['post.publish.inbox_delivered', { publish_id: 'v_inbox_url~v2.123456789' }],
    ['post.publish.publicly_available', { post_id: '7123456789012345678' }],
    ['post.publish.no_longer_publicaly_available', { post_id: '7123456789012345678' }],
    ['simulator.unknown_event', { anything: true }],
];

export const profiles: State[] = [
    profile('public', {}),
    profile('private', { creator: 'private' }),
    profile('hostile', { creator: 'hostile' }),
    profile('without-picture', { creator: 'no-avatar' }),
    profile('minimal', { creator: 'minimal' }),
    profile('long-video', { creator: 'long-video' }),
    profile('banned', { creator: 'banned' }),
    profile('posted-out', { creator: 'posted-out' }),
    profile('app-cap', { creator: 'app-cap' }),
    profile('tiktok-down', { creator: 'info-down' }),
    profile('permission-missing', { without: ['video.publish'] }),
    profile('token-refused', {}, [['creator_info', { code: 'access_token_invalid' }]]),
    profile('rate-limited', {}, [['creator_info', { code: 'rate_limit_exceeded' }]]),
    profile('no-data', {}, [
        ['user_info', { garbage: true }],
        ['creator_info', { status: 500 }],
    ]),
    {
        name: 'profile-connected',
        once: true,
        arrange: async ({ page, start }) => {
            const app = await start();
            await loginByRequest(page, app);
            await page.goto(`${app.origin}/profile`);
            await page.locator('#notice').waitFor();
            await openSections(page);
        },
    },
    {
        name: 'profile-offline',
        arrange: async (setup) => void (await connected(setup)),
        // No request follows, so the browser need not be offline.
        act: async (page) => {
            await page.evaluate(() => {
                Object.defineProperty(navigator, 'onLine', { value: false });
                dispatchEvent(new Event('offline'));
            });
            await expect(page.locator('.toast.offline')).toBeVisible();
        },
    },
    {
        name: 'profile-toast',
        arrange: async (setup) => void (await connected(setup)),
        act: async (page) => {
            await islandsReady(page);
            await press(page, 'refresh_now');
            // The toast is removed after eight seconds; a copy of it stays.
            await page.locator('#toasts .toast').evaluate((toast) => toast.replaceWith(toast.cloneNode(true)));
        },
    },
    storeUnavailablePage('profile-store-unavailable', '/profile'),
    {
        name: 'profile-activity',
        arrange: async (setup) => {
            const app = await connected(setup);
            const now = Math.floor(Date.now() / 1000);
            for (const [hour, [event, content]] of events.entries()) {
                await app.sendEvent({ creator: 'public', event, content, create_time: now - 3600 * (hour + 1) });
            }
            // Events are handled after they were acknowledged.
            await expect(async () => {
                await setup.page.reload();
                await expect(setup.page.locator('.activity li')).toHaveCount(1 + events.length, { timeout: 500 });
            }).toPass();
        },
    },
    {
        name: 'profile-reconnected',
        arrange: async (setup) => {
            const app = await connected(setup);
            await disconnect(setup.page, app, 'keep');
            await signIn(setup.page, app);
        },
    },
];
