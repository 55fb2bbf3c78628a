# SPDX-License-Identifier: Apache-2.0
#
# Headers that only a browser can prove: Chromium follows a Refresh, registers
# a service worker for the whole of an application, and runs htmx, which
# redirects, fetches and names pages by the headers of its answers.

use strict;
use warnings;

use File::Path qw(make_path);

use lib 't/lib';
use RevMap::Backend;
use RevMap::Chrome;
use RevMap::Real;
use RevMap::Server;
use RevMap::Test;

use constant HTMX => 'htmx.org@2.0.10';

needs('proxy_http');
my @running;
# The browser first: httpd would wait for the connections that it keeps open.
END { $_->stop for @running }

my $chrome = RevMap::Chrome->start;
push @running, $chrome;

# An application at /ctx/. Its pages have relative links, because bodies are
# not mapped; its headers have absolute ones.
my $backend = RevMap::Backend->new(answer => \&answer);
my $origin  = 'http://127.0.0.1:' . $backend->port;
my $htmx    = fetch_htmx();
my %pages   = (
    '' => page('start', <<'END'),
<script src="htmx.js"></script>
<div id="here">nothing yet</div>
<div id="buttons" hx-target="#here"></div>
<script>
for (const name of ["redirect", "redirect-url", "location", "location-url",
    "location-json", "location-json-url", "push", "push-url", "push-nothing",
    "replace"]) {
    const button = document.createElement("button");
    button.setAttribute("hx-get", name);
    button.textContent = name;
    document.getElementById("buttons").append(button);
}
</script>
END
    'target'  => page('target', 'This is the target.'),
    'part'    => part('This is a part.'),
    'htmx.js' => {
        type => 'text/javascript',
        body => $htmx || '',
    },

    'refresh'        => page('wait', '', Refresh => '0; url=/ctx/target'),
    'refresh-url'    => page('wait', '',
        Refresh => "0;URL='$origin/ctx/target?a=b#c'"),
    'refresh-itself' => page('wait', '', Refresh => '600'),

    'worker'         => page('worker', ''),
    'scripts/all.js' => script('Service-Worker-Allowed' => '/ctx/'),
    'scripts/own.js' => script(),

    'redirect'          => part('', 'HX-Redirect' => '/ctx/target'),
    'redirect-url'      => part('',
        'HX-Redirect' => "$origin/ctx/target?a=b#c"),
    'location'          => part('', 'HX-Location' => '/ctx/part'),
    'location-url'      => part('', 'HX-Location' => "$origin/ctx/part?a=b"),
    # As PHP writes JSON.
    'location-json'     => part('', 'HX-Location' =>
        '{"path":"\/ctx\/part?a=b","target":"#here"}'),
    'location-json-url' => part('', 'HX-Location' =>
        qq({"target": "#here", "path": "$origin/ctx/part"})),
    'push'              => part('pushed', 'HX-Push-Url' => '/ctx/target?a=b'),
    'push-url'          => part('pushed',
        'HX-Push-Url' => "$origin/ctx/target"),
    'push-nothing'      => part('not pushed', 'HX-Push-Url' => 'false'),
    'replace'           => part('replaced', 'HX-Replace-Url' => '/ctx/target'),
);
push @running, $backend->start;

my ($port, $plain) = map { RevMap::Server::free_port() } 1 .. 2;
my $front = RevMap::Server->new('');
$front->write_config(join '',
    site($port, "ProxyPass /app/ $origin/ctx/",
        "RevMap /app/ $origin/ctx/", 'RevMapHeader @frontend'),
    # For comparison.
    site($plain, "ProxyPass /app/ $origin/ctx/"));
push @running, $front->start;
# A service worker is for secure origins only, and this is one.
my ($site, $stock) = map { "http://127.0.0.1:$_" } $port, $plain;

subtest 'Refresh' => sub {
    refreshes("$site/app/refresh", '/app/target');
    refreshes("$site/app/refresh-url", '/app/target?a=b', '#c');
    $chrome->open("$site/app/refresh-itself");
    is_trail('one without a URL', 'GET /app/refresh-itself 200');

    $chrome->open("$stock/app/refresh");
    ok($chrome->wait_for('location.pathname === "/ctx/target"'),
        'without the module it leads out of /app');
    $chrome->trail;
};

subtest 'Service-Worker-Allowed' => sub {
    is(worker($stock, 'all'), 'SecurityError',
        'without the module: the header means another path');
    is(worker($site, 'own'), 'SecurityError', 'without the header');
    is(worker($site, 'all'), '/app/', 'with it');
    $chrome->open("$site/app/worker");
    is($chrome->script('return fetch("from-worker").then(r => r.text())'),
        'from the worker', 'the worker answers for a page above it');
};

subtest 'htmx' => sub {
    plan(skip_all => HTMX . ' not fetched: see build/npm.log') if !$htmx;
    test_redirects();
    test_fetches();
    test_names();
};

done_testing();

# ---- what is tested ---------------------------------------------------------

sub refreshes {
    my ($url, $to, $fragment) = @_;
    $chrome->open($url);
    ok($chrome->wait_for('document.title === "target"'),
        "$url: it is followed");
    is_trail('the way', 'GET ' . $url =~ s{^.*?//[^/]*}{}r . ' 200',
        "GET $to 200");
    is($chrome->url, $site . $to . ($fragment || ''), 'where it ends');
    return;
}

# The scope of the worker that a page registers for all of its directory, or
# the name of the error.
sub worker {
    my ($where, $script) = @_;
    $chrome->open("$where/app/worker");
    return $chrome->script(<<"END");
return navigator.serviceWorker
    .register("scripts/$script.js", { scope: "./" })
    .then(() => navigator.serviceWorker.ready)
    .then(registration => new URL(registration.scope).pathname)
    .catch(error => error.name);
END
}

sub test_redirects {
    for (
        ['redirect',     '/app/target'],
        ['redirect-url', '/app/target?a=b', '#c'],
    ) {
        my ($name, $to, $fragment) = @$_;
        start($site);
        $chrome->click("//button[.='$name']");
        is_trail("$name: a new page", "GET $to 200");
        is($chrome->url, $site . $to . ($fragment || ''), "$name: where");
        is($chrome->text, 'This is the target.', "$name: what");
    }
    start($stock);
    $chrome->click("//button[.='redirect']");
    is_trail('without the module it leads out of /app', 'GET /ctx/target 404');
    return;
}

# The page stays; what is fetched is put into it, under its own URL.
sub test_fetches {
    for (
        ['location',          '/app/part'],
        ['location-url',      '/app/part?a=b'],
        ['location-json',     '/app/part?a=b', 'here'],
        ['location-json-url', '/app/part',     'here'],
    ) {
        my ($name, $to, $id) = @$_;
        start($site);
        $chrome->press("//button[.='$name']");
        my $place = $id ? "document.getElementById('$id')" : 'document.body';
        ok($chrome->wait_for("$place.textContent === 'This is a part.'"),
            "$name: the part is there");
        is($chrome->url, "$site$to", "$name: under its URL");
        is_trail("$name: no new page");
    }
    return;
}

sub test_names {
    for (
        ['push',         'pushed',     '/app/target?a=b', 1],
        ['push-url',     'pushed',     '/app/target',     1],
        ['push-nothing', 'not pushed', '/app/',           0],
        ['replace',      'replaced',   '/app/target',     0],
    ) {
        my ($name, $text, $url, $added) = @$_;
        start($site);
        my $before = $chrome->script('return history.length');
        $chrome->press("//button[.='$name']");
        ok($chrome->wait_for(
            "document.getElementById('here').textContent === '$text'"),
            "$name: the answer is there");
        is($chrome->url, "$site$url", "$name: the address");
        is($chrome->script('return history.length') - $before, $added,
            "$name: the history");
    }
    # The name leads to the page.
    $chrome->session('POST', '/refresh');
    is($chrome->text, 'This is the target.', 'and the page of that address');
    return;
}

sub start {
    my ($where) = @_;
    $chrome->open("$where/app/");
    $chrome->wait_for('window.htmx && document.readyState === "complete"')
        or die "no htmx in the page\n";
    $chrome->trail;
    return;
}

sub is_trail {
    my ($name, @lines) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    is(join("\n", $chrome->trail), join("\n", @lines), $name);
    return;
}

# ---- the application --------------------------------------------------------

sub answer {
    my ($client) = @_;
    my ($head)  = RevMap::Backend::read_request($client) or return;
    my ($path)  = $head =~ m{^GET (?:/ctx/)?([^?\s]*)};
    my $page    = $pages{$path};
    my @headers = $page && @{ $page->{headers} || [] };
    print {$client} !$page ? reply(404, [['Content-Type' => 'text/html']])
        : reply(200, [['Content-Type' => $page->{type}], @headers],
            $page->{body});
    shutdown $client, 1;
    1 while sysread $client, my $rest, 4096;
    close $client;
    return;
}

sub page {
    my ($title, $body, @headers) = @_;
    return part("<!DOCTYPE html><title>$title</title><body>$body", @headers);
}

sub part {
    my ($body, @headers) = @_;
    return { type => 'text/html', body => $body,
        headers => @headers ? [\@headers] : [] };
}

# A service worker that answers one request itself.
sub script {
    my (@headers) = @_;
    return {
        type    => 'text/javascript',
        headers => @headers ? [\@headers] : [],
        body    => <<'END',
self.addEventListener("activate", event =>
    event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", event => {
    if (event.request.url.endsWith("/from-worker"))
        event.respondWith(new Response("from the worker"));
});
END
    };
}

# The real thing, once; nothing where npm is missing or cannot get it.
sub fetch_htmx {
    my $dir  = 'build/npm';
    my $path = "$dir/node_modules/htmx.org/dist/htmx.min.js";
    make_path($dir);
    system("timeout 60 npm install --no-save --no-audit --no-fund"
        . " --ignore-scripts --prefix $dir @{[HTMX]} >build/npm.log 2>&1")
        if !-f $path;
    open my $file, '<:raw', $path or return;
    local $/;
    return scalar <$file>;
}
