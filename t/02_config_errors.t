# SPDX-License-Identifier: Apache-2.0
#
# `httpd -t` finds every mistake, names the bad word and says what to write.

use strict;
use warnings;

use lib 't/lib';
use RevMap::Test;
use RevMap::Config;
use RevMap::Server;

refused([
    # RevMap
    ['RevMap', qr{a URL is missing: write 'RevMap /public/ http://backend/'}],
    ['RevMap /app/ backend',
        qr{'backend' is neither a URL nor a path: write 'http://backend'}],
    ['RevMap backend /app/', qr{'backend' is neither a URL nor a path}],
    ['RevMap /app/ //b.test/', qr{'//b\.test/' lacks its scheme: write 'http:}],
    ['RevMap /app/ b.test:8080/ctx/',
        qr{'b\.test:8080/ctx/' lacks its scheme: write 'http://b\.test:80}],
    ['RevMap ^/app/(.*)$ http://b.test/$1',
        qr{'\^/app/\(\.\*\)\$' looks like a .* write RevMapRewrite}],
    ['RevMap /app/ ftp://b.test/',
        qr{'ftp://b\.test/' has a scheme .* write http, https}],
    ['RevMap /app/ http:/b.test/', qr{'http:/b\.test/' cannot be used}],
    ['RevMap /app/ http://u@b.test/', qr{'http://u\@b\.test/' .*user name}],
    ['RevMap /app/ http://b.test:99999/', qr{'http://b\.test:99999/' .*port}],
    ['RevMap /app/ http:///x', qr{'http:///x' .*host}],
    ['RevMap /app/ http://b.test/?q', qr{'http://b\.test/\?q' has a '\?'}],
    ['RevMap /app/#x http://b.test/', qr{'/app/#x' has a '#'}],
    ['RevMap /100%/ http://b.test/', qr{'/100%/' has a '%' .*write '%25'}],
    ['RevMap /a/../b http://b.test/', qr{'/a/\.\./b' has a '\.' or '\.\.'}],
    ['RevMap /app/ unix:/run/a.sock',
        qr{'unix:/run/a\.sock' lacks its URL: write 'unix:/run/a\.sock\|http}],
    ['RevMap http://b.test/',
        qr{'http://b\.test/' stands alone .*'RevMap /public/ http://b\.test/'}],
    ["<LocationMatch ^/app/>\n  RevMap http://b.test/\n</LocationMatch>",
        qr{'http://b\.test/' stands alone outside of a plain <Location>}],
    ["<Location ~ ^/app/>\n  RevMap http://b.test/\n</Location>",
        qr{'http://b\.test/' stands alone outside of a plain <Location>}],
    ["<Location /app/*>\n  RevMap http://b.test/\n</Location>",
        qr{'http://b\.test/' stands alone outside of a plain <Location>}],
    ['RevMap /app/ http://b.test/ http://c.test/',
        qr{'http://c\.test/' is one word too many}],
    ['RevMap /app/ http://b.test/ retry=0',
        qr{'retry=0' is an option of ProxyPass: leave it out}],
    ['RevMap /app/ http://b.test/ interpolate',
        qr{'interpolate' is an option of ProxyPass}],
    ["<Location /app/>\n  RevMap http://b.test/ nocanon\n</Location>",
        qr{'nocanon' is an option of ProxyPass}],
    ['RevMap /app/ !', qr{'!' comes first: write 'RevMap ! http}],
    ['RevMap ! balancer://c/x',
        qr{'balancer://c/x' cannot stand here: write a line for each member}],
    ['RevMap ! fcgi://b.test/', qr{'fcgi://b\.test/' names nothing}],
    ['RevMap ! http://%{reqenv:X}.test/',
        qr{'http://%\{reqenv:X\}\.test/' has an expression, .*in an <If>}],
    ['RevMap none /app/', qr{nothing follows 'none': leave '/app/' out}],
    ['RevMap off', qr{'off' is no side of a rule: write 'RevMap none'}],
    ['RevMap /app/ Off', qr{'Off' is no side of a rule: write 'RevMap none'}],
    ['RevMap On', qr{'On' is no side of a rule: write .* or 'RevMapAuto On'}],
    ['RevMap !/static/ http://b.test/',
        qr{'!/static/' lacks a blank: write 'RevMap ! http://backend/never/'}],
    ['RevMap / expr=%{reqenv:X}', qr{'expr=%\{reqenv:X\}' .* without 'expr='}],
    ['RevMap /app/(.*) http://b.test/$1',
        qr{'/app/\(\.\*\)' looks like a regular .* write RevMapRewrite}],
    ['RevMap /app/ http://*.b.test/',
        qr{'http://\*\.b\.test/' has a '\*' .* write RevMapRewrite}],
    ['RevMap /app/ http://$1.b.test/',
        qr{'http://\$1\.b\.test/' has a '\$' .* write RevMapRewrite}],
    ['RevMap /app/ http://b.test/;',
        qr{'http://b\.test/;' ends with a ';': leave it out}],
    ['RevMap /app/* http://b.test/',
        qr{'/app/\*' ends with a '\*': leave it out}],
    ['RevMap /app/ http://b.test/*',
        qr{'http://b\.test/\*' ends with a '\*': leave it out}],
    ['RevMap http://b.test/ /app/',
        qr{RevMap on line \d+ of .*'http://b\.test' is no name of this}],
    ['RevMap http://b.test/ /app/',
        qr{write 'RevMap /app/ http://b\.test/' if that is the backend, or add},
        'and what to write instead'],

    # RevMapRewrite
    ['RevMapRewrite none /x', qr{'none' .*: write 'RevMap none', which forg}],
    ['RevMapRewrite !http://b[.]test/(.*) /x',
        qr{'!http://b\[\.\]test/.*' excludes nothing: write 'RevMap ! http}],
    ['RevMapRewrite "http://b\.test/x)|(http://b\.test/y" /z',
        qr{no regular expression that compiles}],
    ['RevMapRewrite http://b\.test/( /x',
        qr{'http://b\\+\.test/\(' is no reg.* write '\[\.\]' for a dot}],
    ['RevMapRewrite http://b[.]test/(.*) /\1',
        qr{'/\\+1' .*backslash.*: write '\$1' for the first group}],
    ['RevMapRewrite http://b[.]test/(.*) /%1',
        qr{'/%1' has a '%' that begins no escape: write '\$1' for the first}],
    ['RevMapRewrite http://b\.test/(.*) /x/$3',
        qr{'\$3' in '/x/\$3' has no group: .* has 1, write at most '\$1'}],
    ['RevMapRewrite http://b\.test(.*) https://www.test$1',
        qr{'https://www\.test\$1' .*write 'https://www\.test/\$1'}],
    ['RevMapRewrite http://b\.test/(.*) $1', qr{'\$1' is neither a URL nor}],
    ['RevMapRewrite http://b\.test/', qr{RevMapRewrite takes two arguments}],

    ['RevMapRewrite ^/app/(.*)$ http://b.test/ctx/$1',
        qr{RevMapRewrite on line \d+ of .*: 'http://b\.test' is no name of th}],
    ['RevMapRewrite /app/(.*) https://b.test:8443/$1',
        qr{write 'RevMapRewrite https://b\[\.\]test:8443/\(\.\*\) /public/\$1'},
        'and what to write instead'],

    # the others
    ['RevMapEngine Maybe', qr{'Maybe' is unknown: write On, DryRun or Off}],
    ['RevMapOrigin maybe', qr{'maybe' is unknown: write auto, server or}],
    ['RevMapOrigin https://www.test/app',
        qr{'https://www\.test/app' is no origin}],
    ['RevMapOrigin ftp://www.test',
        qr{'ftp://www\.test' is no origin: write scheme, host and port alone}],
    ['RevMapOrigin https://u@www.test', qr{'https://u\@www\.test' is no orig}],
    ['RevMapOrigin https://www.test?x', qr{'https://www\.test\?x' is no orig}],
    ['RevMapHeader Location=colour',
        qr{'colour': write url, link, .*, htmx, bearer or origins}],
    ['RevMapHeader Refresh=url',
        qr{'url' is no kind by which 'Refresh' can .*: write 'Refresh',}],
    ['RevMapHeader Link=url', qr{'url' is no kind by which 'Link'}],
    ['RevMapHeader Set-Cookie=url', qr{'url' is no kind by which 'Set-Cookie'}],
    ['RevMapHeader location=cookie',
        qr{'cookie' is no kind by which 'Location' can .*: write 'Location',}],
    ['RevMapRequest Host',
        qr{'Host' is no request header .*write Destination, If, Referer,}],
    ['RevMapRequest -If', qr{'-If' is no request header}],
    ['RevMapHeader X-Mine', qr{kind of 'X-Mine' .*write 'X-Mine=url'}],
    ['RevMapHeader @mine', qr{preset '\@mine': write \@api, \@dav, \@fr}],
    ['RevMapHeader "Loca tion=url"', qr{'Loca tion' is not the name}],
    ['RevMapHeader +Link', qr{'\+Link' is not the name of a header}],
    ['RevMapHeader !Link', qr{'!Link' is not .*: write it like 'Location' or}],
    ['RevMapHeader -@api', qr{'-\@api' takes no preset out: write '-' in fro}],
    ['RevMapHeader dav', qr{'dav' is a preset: write '\@dav'}],
    ['RevMapHeader Off', qr{'Off' is not the name of a .*: write 'none'}],
    ['RevMapHeader Content-Length=url',
        qr{'Content-Length' is never mapped: .* no URL}],
    ['RevMapHeader X-Sendfile=url',
        qr{'X-Sendfile' is never mapped: write 'Header unset X-Sendfile'}],
    ['RevMapQuery next=', qr{'next=' is not the name .*write it like 'next'}],
    ['RevMapQuery ?next', qr{'\?next' is not the name of a parameter}],
    ['RevMapQuery a&b', qr{'a&b' is not the name of a parameter}],
    ['RevMapQuery next,url', qr{'next,url' is not the name of a parameter}],
    ['RevMapQuery *', qr{'\*' is not the name of a parameter}],
    ['RevMapQuery a%5Bb%5D', qr{'a%5Bb%5D' is not the name .*without escapes}],
    ['RevMapQuery off', qr{'off' .*: write 'none'}],
    ['RevMapCookieDomain b.test', qr{'b\.test' stands alone}],
    ['RevMapCookieDomain http://b.test remove',
        qr{'http://b\.test' is not a host: write it like}],
    ['RevMapCookieDomain b.test www.test/',
        qr{'www\.test/' is not a host}],
    ['RevMapCookieDomain *.b.test remove',
        qr{'\*\.b\.test' is not a host: write '\.b\.test'}],
    ['RevMapCookieDomain remove b.test', qr{'remove' comes second}],
    ['RevMapCookieDomain b.test none', qr{'none' is not .*: write 'remove'}],
    ['RevMapCookieDomain none b.test',
        qr{nothing follows 'none': leave 'b\.test' out}],
    ['RevMapCookiePath /app/', qr{'/app/' stands alone}],
    ['RevMapCookiePath app/ /', qr{'app/' is not a path: write '/app/'}],
    ['RevMapCookiePath / http://www.test/app/',
        qr{'http://www\.test/app/' is not a path: write it without scheme}],
    ['RevMapCookiePath /app/ remove',
        qr{'remove' is not a path: .*write '/' for the whole site}],
    ['RevMapCookiePath /app/ none',
        qr{'none' is not a path: .*write '/' for the whole site}],
    ['RevMapCookiePath none /', qr{nothing follows 'none': leave '/' out}],
    ['RevMapCookiePath /app/ "/a b/"', qr{'/a b/' cannot stand in a cookie}],
]);

# Where a directive may not stand.
my @everywhere = (
    'RevMap /app/ http://b.test/',
    'RevMapRewrite http://b\.test/(.*) /x/$1',
    'RevMapEngine On',
    'RevMapOrigin auto',
    'RevMapHeader Location',
    'RevMapQuery next',
    'RevMapRequest Origin',
    'RevMapCookieDomain b.test remove',
    'RevMapCookiePath /app/ /',
    'RevMapExpect /x "Location: /" unchanged',
);
for my $line (@everywhere) {
    my ($name) = $line =~ /^(\w+)/;
    refused([map { [ "<$_->[0]>\n  $line\n</$_->[1]>",
                     qr{$name cannot occur within <$_->[1]>},
                     "$name in <$_->[0]>" ] }
        ['Directory />', 'Directory'], ['Files x', 'Files'],
        ['Proxy *', 'Proxy']]);
    refused([["<Location />\n<Limit GET>\n$line\n</Limit>\n</Location>",
        qr{$name cannot occur within <Limit>}, "$name in <Limit>"]]);
}

# Legal, but hardly meant.
warned([
    ["<VirtualHost *:80>\nRevMap /app/ fcgi://b.test/\n</VirtualHost>",
        qr{'fcgi://b\.test/' does nothing}, 'a line of a virtual host'],
    ["RevMap /app/ http://b.test/\nRevMap /app http://B.test:80",
        qr{RevMap on line \d+ of .*says the same as line \d+}],
    ['RevMap /app/ fcgi://b.test:9000/', qr{'fcgi://b\.test:9000/' does noth}],
    ['RevMapEngine On', qr{RevMapEngine on line .*there is nothing to do}],
    ["RevMapCookiePath /a /b\nRevMapCookiePath /a/ /c",
        qr{'/a/' has its rule on line \d+}],
    ["RevMap /app/ http://b.test/\nHeader edit Location ^http: https:",
        qr{Header on line \d+ of .* edits a header that RevMap maps}],
]);

accepted([
    ['RevMapRewrite /app/(.*) https://front.test/$1', 'a URL of this site'],
    ['RevMapRewrite http://b\.test/(.*) https://www.test/$1',
        'a URL of the backend leads to another site'],
    ['RevMapRewrite /~([a-z]+)/(.*) https://$1.test/$2', 'any host'],
]);

# What mod_proxy maps first.
my $reverse = 'ProxyPassReverse /app/ http://b.test/';
my $warning = qr{ProxyPassReverse on line \d+ of \S+ stands where RevMap maps};
warned([
    ["RevMap /app/ http://b.test/\n$reverse", $warning, 'beside RevMap'],
    ["RevMapAuto On\n$reverse", $warning, 'beside RevMapAuto'],
    ["RevMapRewrite http://b\\.test/(.*) /x/\$1\n$reverse", $warning,
        'beside RevMapRewrite'],
    ["RevMapAuto On\n<VirtualHost *:80>\n$reverse\n</VirtualHost>", $warning,
        'in a virtual host'],
    ["RevMapAuto On\n<Location /app/>\nProxyPassReverse http://b.test/\n"
        . '</Location>', $warning, 'in a section'],
    ["RevMapAuto On\nProxyPassReverseCookiePath / /app/",
        qr{CookiePath on line .*; take it out\n}, 'cookies'],
    ["RevMapAuto On\n$reverse\n$reverse/\nProxyPassReverseCookieDomain a b",
        qr{ProxyPassReverse on line .*, and 2 more of these in its section\n},
        'three of them, one warning'],
]);
accepted([
    [$reverse, 'no RevMap'],
    ["RevMapAuto On\nRevMapEngine Off\n$reverse", 'RevMapEngine Off'],
    ["<Location /new/>\nRevMap http://new.test/\n</Location>\n"
        . "<Location /old/>\nProxyPassReverse http://b.test/\n</Location>",
        'RevMap in another section'],
    ["RevMapAuto On\n<Location /old/>\nRevMapAuto Off\n"
        . "ProxyPassReverse http://b.test/\n</Location>", 'RevMapAuto Off'],
    ["RevMap / http://b.test/\n<Location /old/>\nRevMap none\n"
        . "ProxyPassReverse http://b.test/\n</Location>", 'RevMap none'],
]);

# What goes past every module.
my $map    = 'RevMap /app/ http://b.test/';
my $tunnel = join '', RevMap::Server::extra_modules('proxy_wstunnel');
my $h2     = join '', RevMap::Server::extra_modules('proxy_http2');
my $raw    = 'ProxyWebsocketFallbackToProxyHttp Off';
my $pass   = 'ProxyPass /app/ h2c://b.test/';
my $front  = 'Protocols h2c http/1.1';

sub host { return "<VirtualHost *>\n@_\n</VirtualHost>\n" }

SKIP: {
    skip('httpd has no mod_proxy_wstunnel', 5) if !$tunnel;
    warned([
        ["$tunnel$map\n$raw",
            qr{ToProxyHttp on line \d+ of .*conf: .* raw tunnel.* write 'On'},
            $raw],
        [$tunnel . host("$map\n$raw"), qr{line \d+ of .*raw tunnel},
            "$raw, in a virtual host"],
    ]);
    accepted([
        ["$tunnel$map\n" . $raw =~ s/Off/On/r, 'ProxyWebsocket... On'],
        ["$tunnel$raw", "$raw, but no RevMap"],
        [$tunnel . host($raw) . host($map), "$raw, but RevMap elsewhere"],
    ]);
}
SKIP: {
    skip('httpd has no mod_proxy_http2', 6) if !$h2;
    warned([
        ["$h2$front\n$map\n$pass",
            qr{ProxyPass on line \d+ of .*conf: .*\(103.*write http: or https:},
            $pass],
        ["$h2$map\n$pass\n" . host($front), qr{ProxyPass on line .*\(103},
            "$pass, inherited"],
        ["$h2$front\n$map\n<Proxy balancer://b>\nBalancerMember h2://b.test"
            . "\n</Proxy>", qr{BalancerMember on line .*\(103},
            'BalancerMember h2://b.test'],
    ]);
    my (undef, $output) = config_test("$h2$front\n$map\n$pass\n$pass\n"
        . host("$pass\n$pass"));
    is(() = $output =~ /\(103/g, 2, 'h2c: once for each server');
    accepted([
        ["$h2$map\n$pass", "$pass, but no clients with HTTP/2"],
        ["$h2$front\n$pass", "$pass, but no RevMap"],
        ]);
}

accepted([
    ['RevMap /app/ http://b.test/'],
    ['RevMap https://www.test/app/ http://b.test:8080/ctx/'],
    ["<Location /app/>\n  RevMap http://b.test/\n</Location>"],
    ['RevMap ! http://b.test/static/'],
    ["<Location /app/>\n  <If true>\n    RevMap http://b.test/\n"
        . "  </If>\n</Location>", 'RevMap in <If> in <Location>'],
    ["<LocationMatch ^/app/>\n  RevMap /app/ http://b.test/\n"
        . '</LocationMatch>', 'RevMap with both sides in <LocationMatch>'],
    ['RevMap / unix:/run/a.sock|http://b.test/'],
    ['RevMap / ajp://b.test:8009/ctx/'],
    ['RevMap / wss://b.test/'],
    ['RevMap / h2c://b.test/'],
    ['RevMap / http://[2001:db8::1]:8080/'],
    ['RevMap /app/ /ctx/'],
    ['RevMap http://front.test/app/ /ctx/'],
    ['RevMap none'],
    ["RevMap http://other.test/ /ctx/\nRevMapRewrite ^/x http://other.test/\n"
        . "RevMap /app/ balancer://none/\nRevMap none", 'what is forgotten'],
    ['RevMapRewrite ^/x/(.*)$ /y/$1'],
    ['RevMapEngine Off'],
    ['RevMapOrigin server'],
    ['RevMapOrigin https://www.test'],
    ['RevMapHeader -Location X-Mine=url @api'],
    ['RevMapHeader @frontend @auth Content-Security-Policy=origins Link=LINK'],
    ['RevMapHeader X-Mine=htmx X-Yours=bearer X-Theirs=origins'],
    ['RevMapHeader none'],
    ['RevMapQuery next ReturnUrl a[b] none'],
    ['RevMapRequest none referer Origin IF Destination'],
    ['RevMapCookieDomain b.test remove'],
    ['RevMapCookieDomain .b.test www.test'],
    ['RevMapCookieDomain none'],
    ['RevMapCookiePath /app/ /'],
    ['RevMapCookiePath none'],
]);

done_testing();
