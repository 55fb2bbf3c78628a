# SPDX-License-Identifier: Apache-2.0
#
# RevMapExpect: what the configuration promises is kept, or `httpd -t` fails
# and says what came out instead, by which line, and why. A server that runs
# only warns.

use strict;
use warnings;

use lib 't/lib';
use RevMap::Config;
use RevMap::Server;
use RevMap::Test;

# One configuration for most of the rows.
my $SITE = <<'END';
RevMapAuto On
ProxyPass /shop/ http://shop.test:8080/ctx/
ProxyPass "/my app/" "http://space.test/a b/"
ProxyPass /raw/ http://raw.test/c%20d/ nocanon
ProxyPass /fcgi/ fcgi://127.0.0.1:9000/srv/
ProxyPassMatch ^/match/(.*)$ http://match.test/in/$1
ProxyPass /no/ !
<Location /rule/>
    ProxyPass http://rule.test/
    RevMap http://rule.test/deep/
    RevMapCookiePath /old /new
</Location>
<Location /off/>
    RevMapEngine Off
</Location>
<LocationMatch "^/shop/.*\.none$">
    RevMapHeader -Location
</LocationMatch>
END

# Each row: [public URL, header, value, what the client gets, why].
sub holds {
    my ($config, $rows) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    for my $row (@$rows) {
        my ($url, $header, $value, $expected, $why, $more) = @$row;
        $expected = 'unchanged' if $expected eq '=';
        my $line = sub {
            my ($wanted) = @_;
            return qq{RevMapExpect $url "$header: $value" "$wanted"}
                . (defined $more ? " $more" : '');
        };
        accepted([[$config . $line->($expected), $line->($expected)
            . " ($why)"]]);
        # And it is not that all is taken.
        refused([[$config . $line->("$expected-"),
            qr/RevMapExpect on line \d+ of .* gets '\Q$header\E: /,
            $line->("$expected-")]]);
    }
    return;
}

holds($SITE, [
    # the forward configuration names the backend
    ['/shop/cart', 'Location', 'http://shop.test:8080/ctx/login',
        '/shop/login', 'by ProxyPass'],
    ['/shop/cart', 'Location', '/ctx/login', '/shop/login',
        "the answering backend's path"],
    ['/shop/a/b', 'Location', '../../../x', '=', 'relative, and outside'],
    ['/shop/a/cart?q', 'Location', 'http://foreign.test/', '=', 'foreign'],
    ['/shop/cart', 'Set-Cookie', 'a=1; Path=/ctx; Domain=shop.test',
        'a=1; Path=/shop', 'a cookie'],
    ['/shop/cart', 'Link', '</ctx/x>; rel=next', '</shop/x>; rel=next',
        'a link'],
    ['/shop/cart', 'Content-Location', 'http://shop.test:8080/ctx/x',
        'http://front.test/shop/x', 'an absolute URL'],
    ['/shop/cart', 'X-Other', '/ctx/x', '=', 'not a header that is mapped'],
    ['/my%20app/x', 'Location', '/a%20b/y', '/my%20app/y', 'escaped'],
    ['/raw/x', 'Location', '/c%20d/y', '/raw/y', 'not escaped'],
    ['/raw/x', 'Location', 'y', '=', 'nor where it is forwarded to'],
    ['/match/x', 'Location', '/in/y', '/match/y', 'ProxyPassMatch'],
    ['/fcgi/x', 'Location', 'http://front.test/fcgi/y', '=', 'FastCGI'],
    # sections
    ['/rule/x', 'Location', 'http://rule.test/deep/y', '/rule/y',
        'a rule of a section'],
    ['/rule/x', 'Set-Cookie', 'a=1; Path=/old/x', 'a=1; Path=/new/x',
        'RevMapCookiePath of a section'],
    ['/shop/x.none', 'Location', '/ctx/login', '=', 'a <LocationMatch>'],
    ['/shop/%78.none', 'Location', '/ctx/login', '=', 'read decoded'],
    # URLs
    ['http://front.test/shop/cart', 'Location', '/ctx/x', '/shop/x',
        'a URL'],
    ['https://front.test/shop/cart', 'Content-Location',
        'http://shop.test:8080/ctx/x', 'https://front.test/shop/x',
        'its scheme'],
    ['http://front.test:8080/shop/cart', 'Location', '/ctx/x', '/shop/x',
        'its port'],
    # who answered
    ['/none/x', 'Location', 'http://shop.test:8080/ctx/x', '/shop/x',
        'not forwarded', 'backend=http://shop.test:8080/ctx/none'],
    ['/shop/x', 'Location', '/ctx/x', '/shop/x', 'an origin alone',
        'backend=http://shop.test:8080'],
]);

# What the configuration has is there, wherever it stands.
accepted([
    [$SITE . <<'END', 'in a <Location>, without a URL'],
<Location "/my app/">
    RevMapExpect "Location: /a%20b/x" /my%20app/x
</Location>
END
    [<<'END' . $SITE, 'before the lines that it is about'],
RevMapExpect /shop/x "Location: /ctx/y" /shop/y
END
    [$SITE . <<'END', 'in a virtual host that inherits'],
<VirtualHost *:81>
    ServerName v.test
    RevMapExpect /shop/x "Location: /ctx/y" /shop/y
    RevMapExpect /shop/x "Content-Location: http://shop.test:8080/ctx/y" \
        http://v.test/shop/y
</VirtualHost>
END
    [<<'END', 'RevMap alone'],
RevMap /app/ http://b.test/ctx/
RevMapExpect /app/x "Location: /ctx/y?q#f" /app/y?q#f
RevMapExpect /app/x "Refresh: 5; url=http://b.test/ctx/" "5; url=/app/"
END
    [<<'END', 'RevMapRewrite'],
RevMap /app/ http://b.test/ctx/
RevMapRewrite http://b\.test/old/(.*) /new/$1
RevMapExpect /app/x "Location: http://b.test/old/y" /new/y
END
    [<<'END', 'an expression'],
RevMap /app/ http://%{SERVER_NAME}:81/
RevMapExpect /app/x "Location: http://front.test:81/y" /app/y
END
    [<<'END', 'a rule from the request'],
RevMapAuto On
RevMapExpect /app/x/y "Location: /ctx/z" /app/z \
    backend=http://b.test/ctx/x/y
END
]);
SKIP: {
    skip('httpd has no balancer', 1)
        if !Apache::Test::have_module('proxy_balancer');
    accepted([[<<'END', 'members of a balancer']]);
<Proxy balancer://c>
    BalancerMember http://m1.test/one
    BalancerMember http://m2.test/two
</Proxy>
RevMapAuto On
ProxyPass /bal/ balancer://c/in/
RevMapExpect /bal/x "Location: http://m1.test/one/in/y" /bal/y
RevMapExpect /bal/x "Location: http://m2.test/two/in/y" /bal/y
END
}
SKIP: {
    skip('httpd has no AJP', 1) if !Apache::Test::have_module('proxy_ajp');
    accepted([[<<'END', 'AJP, and TLS']]);
RevMapAuto On
<VirtualHost *:443>
    ServerName https://t.test:443
    ProxyPass /app/ ajp://127.0.0.1:8009/ctx/
    RevMapExpect /app/x "Location: https://t.test/ctx/y" /app/y
    RevMapExpect http://t.test/app/x "Location: http://t.test/ctx/y" /app/y
</VirtualHost>
END
}

# What is said.
my $expect = 'RevMapExpect /shop/cart "Location: /ctx/login"';
refused([
    ["$SITE$expect /app/login",
        qr{RevMapExpect on line \d+ of \S+conf: http://front\.test/shop/cart g},
        'the line, and the URL'],
    ["$SITE$expect /app/login",
        qr{gets 'Location: /shop/login', not '/app/login': mapped by line 9 of},
        'something else comes out, and why'],
    ["$SITE$expect /app/login",
        qr{of \S+conf \(ProxyPass /shop/ http://shop\.test:8080/ctx/\); the ba},
        'the line that made it'],
    ["$SITE$expect /app/login",
        qr{asked for http://shop\.test:8080/ctx/cart, as mod_proxy forwards},
        'the backend'],
    ["$SITE$expect unchanged", qr{gets 'Location: /shop/login', not 'unch},
        'something comes out'],
    [$SITE . 'RevMapExpect /shop/cart "Location: http://x.test/" /shop/',
        qr{gets 'Location: http://x\.test/', unchanged, not '/shop/': foreign},
        'nothing comes out'],
    [$SITE . 'RevMapExpect /off/x "Location: /x" /off/x',
        qr{unchanged, not '/off/x': RevMapEngine is Off here}, 'Off'],
    [$SITE . 'RevMapExpect /shop/x.none "Location: /ctx/" /shop/',
        qr{unchanged, .* RevMapHeader does not name this header},
        'not a header'],
    ['RevMapExpect /x "Location: /y" /z', qr{unchanged, .* there is no rule},
        'no rule'],
    [$SITE . 'RevMapExpect /none "Location: /ctx/" /shop/',
        qr{not known, because no line forwards this .*: write 'backend=http},
        'not forwarded'],
    [$SITE . 'RevMapExpect http://x.test/shop/ "Location: /ctx/" /shop/',
        qr{'http://x\.test' is no name of this virtual host: write the path},
        'another host'],
    [$SITE . 'RevMapExpect "/sh\\op/" "Location: /ctx/" /shop/',
        qr{'/sh\\+op/' cannot be used \(screened: backslash\)},
        'no URL'],
    ["$SITE$expect /shop/login backend=b.test",
        qr{'b\.test' is no URL of a backend: write it like}, 'no backend'],
]);

# Mistakes in the line itself.
refused([
    ['RevMapExpect', qr{a header and what the client must get are missing: wr}],
    ['RevMapExpect /x "Location: /y"', qr{the client must get are missing}],
    ['RevMapExpect "Location: /y" /x',
        qr{'Location: /y' is no public URL, which comes first outside}],
    ["<LocationMatch ^/x>\nRevMapExpect \"Location: /y\" /x\n</LocationMatch>",
        qr{'Location: /y' is no public URL, which comes first outside}],
    ['RevMapExpect x "Location: /y" /x',
        qr{'x' is no public URL, which comes first outside of a plain <L}],
    ['RevMapExpect /x Location: /y /x',
        qr{'/x' is unknown: .*quotes around what belongs together}],
    ['RevMapExpect /x Location /y', qr{'Location' is no header with its val}],
    ['RevMapExpect /x "Location: /y" "Location: /x"',
        qr{'Location: /x' begins with the header's name: write the value al}],
    ['RevMapExpect /x "Location: /y" /x from=x', qr{'from=x' is unknown}],
    ["<Location /x>\n<If \"true\">\nRevMapExpect \"Location: /y\" /x\n</If>\n"
        . '</Location>', qr{it cannot stand in <If>}],
]);

# A server that runs only warns, once, and works; also a daemon, which has left
# the terminal and not opened its log yet when it reads these lines.
my $server = RevMap::Server->new(<<'END', mode => '-DNO_DETACH');
RevMap /shop/ http://shop.test/
RevMap /shop http://shop.test:80
RevMap /app/ http://b.test/ctx/
ProxyPass /app/ http://b.test/ctx/
RevMapExpect /app/x "Location: /ctx/y" /app/y
RevMapExpect /app/x "Location: /ctx/y" /never
END
expect_in_log(q{RevMapExpect on line \d+ of \S+: \S+ gets 'Location: /app/y', }
    . q{not '/never'});
expect_in_log(q{RevMap on line \d+ of \S+: says the same as line});
my $log = logged(sub { $server->start });
is(() = $log =~ /\[revmap:warn\].*RevMap on line/g, 1,
    'a daemon that is started warns of an odd line, once');
is(() = $log =~ /\[revmap:warn\].*RevMapExpect on line/g, 1,
    'a server that is started warns, once');
is(request(port => $server->port, host => 'alone.test', target => '/app/x',
    reply => reply(302, [[Location => '/ctx/y']]))->header('Location'),
    '/app/y', 'and works');
my ($exit, $output) = $server->check;
isnt($exit, 0, 'httpd -t refuses the same');
like($output, qr{not '/never'}, 'and says why');

done_testing();
