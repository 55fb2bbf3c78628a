// SPDX-License-Identifier: Apache-2.0
//
// What the engine makes of confusing URLs, judged by the URL class of Node,
// which follows the URL standard to the letter. Called by
// t/60_differential.t; argument: the driver, made of differential.c.
//
// Of each value that is changed, it is asserted that a browser reads the old
// one as the backend's, and the new one as the same resource on the public
// site. Of each that is read as foreign, that it is not changed.

'use strict';

const fs = require('fs');
const { spawnSync } = require('child_process');

const COUNT = 20000;
const VECTORS = '../shared/vectors/wpt-url/urltestdata.json';
// Of a URL alone; and in Location, Link and Refresh.
const USES = 4 + 3;

// ---- values ---------------------------------------------------------------

// Always the same ones (mulberry32).
let state = 20260101;
function random(n) {
    state = (state + 0x6D2B79F5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % n;
}
const pick = (list) => list[random(list.length)];

const SCHEMES = ['http://', 'https://', '//', 'HTTP://', 'hTTps://', 'http:',
    'https:', 'http:/', 'http:///', '///', '/\\', '\\\\', 'http:\\\\', '\t//',
    ' http://', 'ht\ntp://', 'http:/\t/', '/\r/', 'ws://', 'ftp://', 'file://',
    'javascript:', 'x:', '', '', '/', './', '../', '?', '#', 'http://http://'];
const BETWEEN = ['', '', '', '', '@', ':@', '.', ':', '%2e', '%40', '\\@',
    '\\', '\t', '\n', ' ', '%00', '\0', '#@', '?@', '/@', ';', ',', '&', '[',
    ']', '%5c@', '\u3002', '\uff0e', '\uff0f', '\uff20', '\u00ad', '\u200b',
    '\u2025', '\u2100', '\u24d1', '|', '^', '%', ':80', ':443', ':8080', ':0',
    ':65536', ':08080', ':80@', '..', '-', '0', '\x7f', '\x01', '"', '<'];
const TAILS = ['', '/', '?', '#', '/x', '/x?y#z', '//evil.test/x', '/./x',
    '/../x', '/%2e%2E/x', '/.%2e/../y', ';a=b', '/;x', '/%2F', '/a b', '/\\x',
    '\\x', '/\t/x', '/..\\x', '/%', '/%zz', '/%2%45%2%45/x', '/\u00e9',
    '/\ud83d\ude00', '/.//evil.test', '/x/..//evil.test', '/...', '/..;/x',
    '?\\', '?u=http://b.test:8080/app/', '#\\@', '/\x7f', '/\x00', '/|^{}',
    '/~x/y', '/\r\nX: y', '/:80', '//', '/../../../../..//evil.test/x'];
const OTHERS = ['evil.test', 'localhost', '127.0.0.1', '[::1]', '0x7f.1',
    'b.test', 'b.test:8080', 'B.TEST:8080', 'pub.test', 'www.test', 'e.test',
    '\uff42.test:8080', '[2001:db8:0::1]:8080', '[2001:DB8::0.0.0.1]:8080',
    '[2001:db8::1%25x]:8080', '2001:db8::1', 'b.test.:8080', 'xn--.test',
    '167772165:8080', '012.0.0.5:8080', '10.5:8080'];
const PATHS = ['', '/app', '/ctx', '/p', '/in', '/APP', '/app/..', '/sso',
    '/%61pp', '/ap%70', '/app%2F', '/a%20b/~x', '/a b/%7Ex', '/raw', '/old'];

function backendOf(map) {
    const names = [];
    for (const text of [map.requested, map.told, map.back]) {
        if (text && /^http/.test(text)) {
            names.push(text.replace(/^https?:\/\/([^/]*).*/, '$1'));
        }
    }
    return names.length ? pick(names) : 'b.test';
}

function contextOf(map) {
    const path = (map.back || '/').replace(/^\w+:\/\/[^/]*/, '');
    return random(3) ? path.replace(/\/$/, '') : pick(PATHS);
}

function authority(map) {
    const ours = backendOf(map);
    switch (random(8)) {
    case 0: return pick(OTHERS);
    case 1: return pick(OTHERS) + pick(BETWEEN) + ours;
    case 2: return ours + pick(BETWEEN) + pick(OTHERS);
    case 3: return pick(BETWEEN) + ours + pick(BETWEEN);
    case 4: {
        const at = random(ours.length + 1);
        return ours.slice(0, at) + pick(BETWEEN) + ours.slice(at);
    }
    default: return ours;
    }
}

function generated(map) {
    const scheme = pick(random(2) ? SCHEMES : SCHEMES.slice(0, 3));
    const site = scheme === '' || scheme === '/' ? '' : authority(map);
    return scheme + site + contextOf(map) + pick(TAILS);
}

function vectors() {
    if (!fs.existsSync(VECTORS)) {
        return [];
    }
    return JSON.parse(fs.readFileSync(VECTORS, 'utf8'))
        .filter((v) => typeof v === 'object').map((v) => v.input);
}

// ---- asking ---------------------------------------------------------------

// "map", whether a resource has one place; requested, asked, told, own; the
// lines. The first rule with two sides is the one to aim at.
function readMap(line, id) {
    const [head, requested, asked, told, own, ...lines] = line.split('\t');
    const sides = lines
        .filter((text) => !/^(?:<|rewrite |! )/.test(text))
        .map((text) => text.replace(/^derived /, '').split(' '));
    return {
        id, requested, asked, told, own,
        roundtrip: head === 'map 1',
        open: sides[0][0],
        back: sides[0][1],
        isRewriting: lines.some((text) => /^rewrite /.test(text)),
        named: sides.map((side) => side[1]),
        shown: sides.map((side) => side[0]),
    };
}

function ask(driver, trials) {
    const input = trials.map((t) => `${t.map.id} ${t.use} `
        + Buffer.from(t.value).toString('hex') + '\n').join('');
    const run = spawnSync(driver, [], { input, maxBuffer: 1 << 28 });
    if (run.status !== 0) {
        throw new Error(`${driver}: ${run.stderr}${run.error || ''}`);
    }
    return run.stdout.toString('latin1').trimEnd().split('\n');
}

// ---- judging --------------------------------------------------------------

function read(text, base) {
    try {
        return new URL(text, base);
    }
    catch (e) {
        return null;
    }
}

const isHttp = (url) => url && /^https?:$/.test(url.protocol);

// Host and port, the default ports of both schemes being one.
const siteOf = (url) => url.host;

function sitesOf(map, texts) {
    return texts.map((text) => read(text, map.asked)).filter(isHttp)
        .map(siteOf);
}

// Escapes of unreserved characters are the characters.
function plain(text) {
    return text.replace(/%([0-9a-f]{2})/gi, (whole, hex, at, all) => {
        const c = String.fromCharCode(parseInt(hex, 16));
        const stray = /%[0-9a-f]?$/i.test(all.slice(0, at)
            .replace(/%[0-9a-f]{2}/gi, ''));
        return /[A-Za-z0-9._~-]/.test(c) && !stray ? c : whole.toUpperCase();
    });
}

// How the backend may mean it.
function meant(t) {
    const base = t.map.requested || t.map.told;
    const twin = base.replace(/^https?/, (s) => (s === 'http' ? 'https'
        : 'http'));
    return [read(t.value, base), read(t.value, twin)].filter(isHttp);
}

// A RevMapRewrite may be about any host below .test but the evil one.
function isOurs(t) {
    const map = t.map;
    const known = sitesOf(map, [map.requested, map.told, map.own, map.asked,
        ...map.named].filter(Boolean));
    return meant(t).some((url) => known.includes(siteOf(url))
        || map.isRewriting && url.host.endsWith('.int.test'));
}

function fault(t) {
    const map = t.map;
    const now = read(t.answer, map.asked);
    const open = sitesOf(map, [map.asked, map.own, map.told,
        ...map.shown].filter(Boolean));
    if (!isOurs(t)) {
        return 'is foreign';
    }
    if (!isHttp(now) || now.username || now.password
        || !(open.includes(siteOf(now)) || map.isRewriting
            && now.host.endsWith('.pub.test'))) {
        return 'leaves the public site';
    }
    if (/[\x00-\x1f\x7f]/.test(t.answer)) {
        return 'holds a control byte';
    }
    return map.roundtrip ? otherResource(t, now) : null;
}

// The way back through the proxy leads to what the backend named.
function otherResource(t, now) {
    const side = (text) => plain(read(text, t.map.asked).pathname)
        .replace(/\/$/, '');
    const open = side(t.map.open);
    const back = side(t.map.back);
    const path = plain(now.pathname);
    if (path !== open && !path.startsWith(open + '/')
        && !path.startsWith(open + ';')) {
        return 'is not below the public side';
    }
    const asked = back + path.slice(open.length);
    return meant(t).some((url) => {
        const named = plain(url.pathname);
        return url.search === now.search && url.hash === now.hash
            && (named === asked || (open === ''
                && back + '/' + named.slice(back.length) === asked));
    }) ? null : 'names another resource';
}

// ---- all together ---------------------------------------------------------

function trialsOf(maps) {
    const trials = [];
    const add = (map, use, value) => trials.push({ map, use, value });
    for (let i = 0; i < COUNT; i++) {
        const map = pick(maps);
        add(map, random(USES), generated(map));
    }
    for (const value of vectors()) {
        // For the second, the backend is whoever the vector names.
        maps.forEach((map) => add(map, random(USES), value));
        const host = /^http:/.test(value) && isHttp(read(value))
            && read(value).host;
        if (host) {
            const map = maps[random(2)];
            add(map, 0, value.replace(host, backendOf(map)));
        }
    }
    return trials;
}

const show = (text) => JSON.stringify(text).replace(/[\x7f-\uffff]/g,
    (c) => '\\u' + c.charCodeAt(0).toString(16).padStart(4, '0'));

function main() {
    const driver = process.argv[2];
    const maps = ask(driver, []).map(readMap);
    const trials = trialsOf(maps);
    const answers = ask(driver, trials).slice(maps.length);
    let failed = trials.length !== answers.length ? 1 : 0;
    const changed = maps.map(() => 0);
    trials.forEach((t, i) => {
        if (answers[i] === '=') {
            return;
        }
        changed[t.map.id]++;
        // The blanks around a URL stay in its header.
        t.answer = Buffer.from(answers[i], 'hex').toString()
            .replace(/^[ \t]+|[ \t]+$/g, '');
        const what = fault(t);
        if (what && failed++ < 20) {
            console.log(`# map ${t.map.id} (${t.map.open} ${t.map.back}): `
                + `${show(t.value)} -> ${show(t.answer)} ${what}`);
        }
    });
    console.log(`${failed ? 'not ' : ''}ok 1 - ${trials.length} values, `
        + `${changed.reduce((a, b) => a + b)} of them mapped, ${failed} wrong`);
    const idle = changed.findIndex((n) => n < 20);
    console.log(`${idle < 0 ? '' : 'not '}ok 2 - each map has changed some`
        + (idle < 0 ? '' : `, but not map ${idle}: ${changed[idle]}`));
    console.log(`ok 3 - ${vectors().length} vectors of web-platform-tests`
        + (vectors().length ? '' : ' # SKIP no vectors here'));
    console.log('1..3');
}

main();
