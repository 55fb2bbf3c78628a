# SPDX-License-Identifier: Apache-2.0
#
# The cases of the manual ("Cases"), one by one, and more like them.
# conf/vhosts/10_design_cases.conf holds the maps. `=` is: unchanged.
#
#   A  https://pub.test/p/  <->  http://b.test:8080/app/
#   B  /                    <->  http://b.test:8080/app/
#   C  /p/                  <->  http://b.test:8080/
#   D  /p/                  <->  http://d.test/ctx/, ProxyPreserveHost On
#   E  /p/                  <->  http://e.test/, beside
#      /sso/                <->  http://sso.test/

use strict;
use warnings;

use lib 't/lib';
use RevMap::Test;

maps('case-a.test', '/p/page', 302, [
    [Location => 'http://b.test:8080/app/x?y#z',
        'https://pub.test/p/x?y#z', 'A: query and fragment stay'],
    [Location => '/app/x',
        'https://pub.test/p/x', 'A: a path'],
    [Location => '//B.test:8080/app/x',
        'https://pub.test/p/x', 'A: a network-path reference'],

    [Location => 'http://b.test:8080/app',
        'https://pub.test/p', 'A: the mount without its slash'],
    [Location => 'http://b.test:8080/app?x=1',
        'https://pub.test/p?x=1', 'A: and with a query'],
    [Location => 'http://b.test:8080/app;jsessionid=1',
        'https://pub.test/p;jsessionid=1', 'A: and with a parameter'],

    [Location => 'http://b.test:8080/apple', '=', 'A: segments'],
    [Location => 'http://b.test:8080/APP/x', '=', 'A: case of paths'],
    [Location => 'http://b.test:8080/app%2Fx', '=', 'A: %2F is no slash'],
    [Location => 'http://b.test:8080/app/../admin', '=',
        'A: dot segments lead out'],

    [Location =>
        'HTTP://B.Test:08080/%61pp/%2Fy?u=http://b.test:8080/app/',
        'https://pub.test/p/%2Fy?u=http://b.test:8080/app/',
        'A: spelled differently; the query is not searched'],

    [Location => 'http://b.test:80801/app/', '=', 'A: no such port'],
    [Location => 'http://b.test:8080.evil.test/app/', '=',
        'A: a longer host'],
    [Location => 'http://b.test:8080@evil.test/app/', '=', 'A: userinfo'],

    [Location => 'https://sso.test/app?next=http://b.test:8080/app/', '=',
        'A: foreign'],
]);

maps('case-b.test', '/page', 302, [
    [Location => 'http://b.test:8080/app//evil.test/x', '/.//evil.test/x',
        'B: never a network-path reference'],
    [Location => '/app//evil.test/x', '/.//evil.test/x', 'B: nor from a path'],
]);

maps('case-c.test', '/p/page', 302, [
    [Location => '/login', '/p/login', 'C: a path'],
    [Location => 'http://b.test:8080?x=1', '/p/?x=1', 'C: empty path'],
    [Location => 'http://b.test:8080', '/p/', 'C: nothing but the origin'],
    [Location => '/p/login', '=', 'C: already public'],
    [Location => '//evil.test/x', '=', 'C: foreign'],
    [Location => 'http://other.test/x', '=', 'C: foreign'],
]);

maps('case-c.test', '/p/dir/page', 302, [
    [Location => '../../x', '/p/x', 'C: relative, in answer to /dir/page'],
]);

maps('pub.test', '/p/page', 302, [
    [Location => 'http://pub.test/ctx/x', '/p/x', 'D: public authority'],
    [Location => 'http://d.test/ctx/x', '/p/x', "D: the backend's own name"],
    [Location => 'https://d.test/ctx/x', '/p/x', 'D: default ports'],
    [Location => 'https://pub.test/ctx/x', 'https://pub.test/p/x',
        'D: an upgrade to https'],
]);

# A virtual host that answers for any name does not own them all.
maps({ host => 'evil.test', port => setting('alone_port') },
    '/p/page', 302, [
    [Location => 'http://evil.test/ctx/x', '=', 'D: Host: evil.test'],
]);

maps('case-e.test', '/p/x', 302, [
    [Location => '/sso/login', '=', 'E: another mount'],
    [Location => 'https://e.test/x', '=', 'E: it would loop'],
    [Location => 'https://e.test/y', '/p/y', 'E: this would not'],
]);

done_testing();
