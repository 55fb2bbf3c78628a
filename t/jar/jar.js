// SPDX-License-Identifier: Apache-2.0
//
// Commutation: a browser's cookie jar that is fed by the backend, and one that
// is fed through the engine, send the same cookies to the same resources. The
// jar is tough-cookie; the cookies are those of the http-state working group
// and generated ones. Called by t/61_cookie_jar.t and by `make test-cookies`;
// arguments: the driver, made of driver.c, and the directory of the jar.

'use strict';

const fs = require('fs');
const { spawnSync } = require('child_process');

const [driver, modules] = process.argv.slice(2);
const { CookieJar } = require(`${process.cwd()}/${modules}/node_modules/tough-cookie`);

const VECTORS = '../shared/vectors/http-state/parser.json';
const COUNT = 1200;
const HOST = 'home.example.org';
const BACKEND = `${HOST}:8888`;
const PUBLIC = 'www.site.net';

// Each rule, and the paths of its two sides.
const SHAPES = [
    { name: '/p/ <- /', inside: '', outside: '/p' },
    { name: '/p/ <- /app/', inside: '/app', outside: '/p' },
    { name: '/ <- /app/', inside: '/app', outside: '' },
    { name: 'host only', inside: '', outside: '' },
    { name: 'other names', inside: '/app', outside: '/p',
        lines: ['cookie foo rename=other', 'cookie a rename=b',
            'cookie b rename=a'] },
];

// ---- cookies --------------------------------------------------------------

// Always the same ones (mulberry32).
let state = 20260101;
function random(n) {
    state = (state + 0x6D2B79F5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % n;
}
const pick = (list) => list[random(list.length)];

// tough-cookie takes __HOST- for a usual cookie, which no browser does.
const PAIRS = ['a=1', 'a=2', 'a=', 'b=1', 'foo=bar', 'foo=', '=x', 'x', '',
    ' a = 3 ', 'a="q; r"', 'path=/app', 'domain=x', 'Secure', 'a=b=c', 'a,b=c',
    '__Host-a=1', '__Secure-a=1', '__Host-=1', 'a\tb=c',
    'sid=\u00e9', 'a=\x01', 'long=' + 'x'.repeat(300)];
// "$" is the backend side of the rule. What lies outside of it is called as no
// resource is: it stays, and could mean one on the public site.
const PATHS = ['', '', '; Path=$', '; Path=$/', '; Path=/', '; Path=$/x',
    '; Path=$/x/', '; path=$/x/y', '; PATH = $/d ', ';Path=$/d/e',
    '; Path', '; Path=', '; Path=x', '; Path="/"', '; Path=$/x; Path=$/d',
    '; Path=$/x; Path=', '; Path=; Path=$/x', '; Path=/outside',
    '; Path=$longer', '; Path=$/%78', '; Path=$//x', '; xPath=$/x',
    '; Path=$/x?y', '; Path=$/' + 'x'.repeat(1030)];
const DOMAINS = ['', '', '', '; Domain=$', '; Domain=.$', '; domain = $ ',
    '; Domain=example.org', '; Domain=.EXAMPLE.org', '; Domain=',
    '; Domain=x.$', '; Domain=other.com', '; Domain=other.com; Domain=$',
    '; Domain=$; Domain=other.com', '; Domain'];
const OTHERS = ['', '', '', '; Secure', '; HttpOnly', '; SameSite=Lax',
    '; SameSite=None; Secure', '; Max-Age=0', '; Max-Age=1000', ';', ';;; ;',
    '; Expires=Thu, 01 Jan 1970 00:00:00 GMT', '; Future=x', '; Partitioned'];

function generated(shape) {
    const fields = [];
    // One for all of them: see isTwice().
    const domain = pick(DOMAINS).replaceAll('$', HOST);
    for (let i = 1 + random(4); i > 0; i--) {
        const parts = [pick(PATHS).replaceAll('$', shape.inside), domain,
            pick(OTHERS), pick(OTHERS)];
        parts.sort(() => random(3) - 1);
        fields.push(pick(PAIRS) + parts.join(''));
    }
    return fields;
}

// Those of the working group are for a backend at "/".
function vectors(shape) {
    return JSON.parse(fs.readFileSync(VECTORS, 'utf8')).map((vector) => ({
        name: vector.test,
        fields: vector.received.map((field) => field.replace(
            /(;[ \t]*path[ \t]*=[ \t]*)\//gi, `$1${shape.inside}/`)),
        page: `/cookie-parser?${vector.test}`,
        more: (vector['sent-to'] || '').replace(/^[a-z]+:\/\/[^/]*/, ''),
    }));
}

const PAGES = ['/', '/page', '/x', '/x/', '/x/y', '/d/page', '/d/e/', '/x/y/z'];
const RESOURCES = ['/', '/page', '/x', '/x/', '/x/y', '/xx', '/d', '/d/page',
    '/d/e/page', '/%78', '//x', '/cookie-parser', '/cookie-parser-result',
    '/cookie-parser-result/foo', '/cookie-parser-result/foo/bar', '/foo/bar'];

// ---- the engine -----------------------------------------------------------

const hex = (text) => Buffer.from(text, 'utf8').toString('hex');
const unhex = (text) => Buffer.from(text, 'hex').toString('utf8');

// All questions at once; what stands in an answer's place.
function ask(lines) {
    const run = spawnSync(driver, { input: lines.join('\n') + '\n',
        encoding: 'latin1', maxBuffer: 1 << 30 });
    if (run.status !== 0) {
        throw new Error(`${driver}: ${run.stderr || run.error || run.signal}`);
    }
    return run.stdout.split('\n').slice(0, -1).map((line) => {
        const [reason, text] = line.split(' ');
        return { reason, stays: text === '=', text: unhex(text) };
    });
}

// ---- the jars -------------------------------------------------------------

function keep(jar, field, url) {
    try {
        jar.setCookieSync(field, url, { ignoreError: true });
    }
    catch (error) {
        // It does not take such a cookie.
    }
}

const send = (jar, url) => jar.getCookieStringSync(url);

let tests = 0;
function ok(problems, name) {
    tests++;
    console.log(`${problems.length ? 'not ' : ''}ok ${tests} - ${name}`);
    for (const problem of problems.slice(0, 5)) {
        console.log(`#   ${problem}`);
    }
}

function cases(shape) {
    const list = [];
    for (let i = 0; i < COUNT; i++) {
        list.push({ name: `generated ${i}`, fields: generated(shape),
            page: pick(PAGES), more: '' });
    }
    return fs.existsSync(VECTORS) ? vectors(shape).concat(list) : list;
}

const lineOf = (shape, scheme, page, host, origin) => ['map '
    + `${scheme}://${host}${shape.outside}${page}`,
`${scheme}://${BACKEND}${shape.inside}${page}`,
`${shape.outside}/ ${origin}${shape.inside}/`,
...(shape.lines || [])].join('\t');

// A path that may be meant in public terms already is left alone: which of the
// two it is, no jar can tell. And browsers know by a list that they take no
// cookie for all of "org"; the engine makes one of the public host of it.
function isDoubtful(fields, answers) {
    return answers.some((answer) => answer.reason === 'already-public')
        || fields.some((field) => /domain[ \t]*=[ \t.]*org[ \t]*(;|$)/i
            .test(field));
}

// Cookies that differ in their Domain alone, all of them the backend's, are one
// where these are gone. So are, if the public side is "/", one of the whole
// backend and one of all that is seen of it. Those that have expired count.
function isTwice(fields, url, shape) {
    const jar = new CookieJar();
    const wide = shape.outside ? [] : ['/', shape.inside, `${shape.inside}/`];
    for (const field of fields) {
        keep(jar, field.replace(/;\s*(max-age|expires)\b[^;]*/gi, ''), url);
    }
    const names = jar.serializeSync().cookies.map(({ key, path }) =>
        `${key};${wide.includes(path) ? '/' : path}`);
    return new Set(names).size < names.length;
}

// Cookies of one name in their order. Of different names the order may change:
// a __Host- cookie keeps its path, and longer paths come first.
function inOrder(text) {
    const name = (pair) => pair.replace(/=.*/s, '');
    return text.split('; ').sort((a, b) =>
        (name(a) < name(b) ? -1 : name(a) > name(b) ? 1 : 0)).join('; ');
}

function check(shape, scheme) {
    const all = cases(shape).filter((c) => !c.fields.join().includes('\0'));
    const origin = `${scheme}://${BACKEND}`;
    const answers = ask(all.flatMap((c) => [
        lineOf(shape, scheme, c.page, PUBLIC, origin),
        ...c.fields.map((field) => `set ${hex(field)}`)]));
    const outside = [];
    const compared = [];
    let mapped = 0;
    let doubtful = 0;

    for (const c of all) {
        const got = answers.splice(0, c.fields.length);
        const [direct, through] = [new CookieJar(), new CookieJar()];

        mapped += got.some((answer) => !answer.stays) ? 1 : 0;
        const here = origin + shape.inside + c.page;
        c.fields.forEach((field, i) => {
            keep(direct, field, here);
            keep(through, got[i].stays ? field : got[i].text,
                `${scheme}://${PUBLIC}${shape.outside}${c.page}`);
        });
        if (isDoubtful(c.fields, got) || isTwice(c.fields, here, shape)) {
            doubtful++;
            continue;
        }
        for (const path of c.more ? [c.more, ...RESOURCES] : RESOURCES) {
            compared.push({ c, path, got,
                direct: send(direct, origin + shape.inside + path),
                through: send(through,
                    `${scheme}://${PUBLIC}${shape.outside}${path}`) });
        }
    }
    outside.push(...ask([lineOf(shape, scheme, '/page', PUBLIC, origin),
        ...compared.map((pair) => `sent ${hex(pair.through)}`)]));
    const problems = compared.filter((pair, i) => inOrder(pair.direct)
        !== inOrder(outside[i].stays ? pair.through : outside[i].text));
    ok(problems.map((pair) => `${pair.c.name}: from ${pair.c.page} `
        + pair.c.fields.map((field, i) => JSON.stringify(field)
            + (pair.got[i].stays ? ' stays'
                : ` -> ${JSON.stringify(pair.got[i].text)}`)).join(', ')
        + ` at ${pair.path}: '${pair.direct}' became '${pair.through}'`),
    `${shape.name}, ${scheme}: ${all.length} jars, ${mapped} with something `
        + `mapped, ${doubtful} not asked, `
        + `${compared.filter((pair) => pair.direct).length} requests with `
        + 'cookies');
}

// What a rule does not change, the engine does not.
function checkIdentity(path) {
    const shape = { inside: path, outside: path };
    const all = cases(shape).filter((c) => !c.fields.join().includes('\0'));
    const answers = ask(all.flatMap((c) => [
        lineOf(shape, 'http', c.page, BACKEND, `http://${BACKEND}`),
        ...c.fields.map((field) => `set ${hex(field)}`)]));
    const fields = all.flatMap((c) => c.fields);
    const problems = fields.filter((field, i) => !answers[i].stays);

    ok(problems.map((field) => JSON.stringify(field)),
        `identity ${path}/: ${fields.length} fields stay, byte for byte`);
}

if (!fs.existsSync(VECTORS)) {
    console.log(`# no ${VECTORS}: generated cookies alone`);
}
for (const shape of SHAPES) {
    check(shape, 'http');
    check(shape, 'https');
}
checkIdentity('');
checkIdentity('/app');
console.log(`1..${tests}`);
