// What TikTok says of a creator, and what happened to them.

import { expect } from '@playwright/test';
import { awake, type Consent } from '../flows.ts';
import type { State } from '../states.ts';
import { connected, leave, press, throughTikTok, withoutRecords, type Order } from './ways.ts';

/** A profile, after what was ordered at TikTok. */
const profile = (name: string, consent: Consent, orders: Order[] = []): State => ({
    name: `profile-${name}`,
    arrange: async (stage) => void (await connected(stage, consent, orders)),
});

/** Every event of TikTok's that is not the end of a connection, and one that nobody knows. */
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
    profile('tiktok-silent', { creator: 'info-down' }),
    profile('permission-missing', { without: ['video.publish'] }),
    profile('token-refused', {}, [['creator_info', { code: 'access_token_invalid' }]]),
    profile('rate-limited', {}, [['creator_info', { code: 'rate_limit_exceeded' }]]),
    profile('nothing-known', {}, [
        ['user_info', { garbage: true }],
        ['creator_info', { status: 500 }],
    ]),
    {
        name: 'profile-offline',
        arrange: async (stage) => void (await connected(stage)),
        // Nothing is asked any more, so the browser may stay connected.
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
        arrange: async (stage) => void (await connected(stage)),
        act: async (page) => {
            await awake(page);
            await press(page, 'refresh_now');
            // A copy outlives the toast's eight seconds.
            await page.locator('#toasts .toast').evaluate((toast) => toast.replaceWith(toast.cloneNode(true)));
        },
    },
    withoutRecords('profile-without-records', '/profile'),
    {
        name: 'profile-activity',
        arrange: async (stage) => {
            const app = await connected(stage);
            const now = Math.floor(Date.now() / 1000);
            for (const [hour, [event, content]] of events.entries()) {
                await app.tell({ creator: 'public', event, content, create_time: now - 3600 * (hour + 1) });
            }
            // They are handled after TikTok has its answer.
            await expect(async () => {
                await stage.page.reload();
                await expect(stage.page.locator('.activity li')).toHaveCount(1 + events.length, { timeout: 500 });
            }).toPass();
        },
    },
    {
        name: 'profile-come-back',
        arrange: async (stage) => {
            const app = await connected(stage);
            await leave(stage.page, app, 'keep');
            await throughTikTok(stage.page, app);
            await stage.page.waitForURL(`${app.origin}/profile`);
        },
    },
];
