# SPDX-License-Identifier: Apache-2.0

package RevMap::Chrome;

# A real browser: Chromium without a window, driven by ChromeDriver.
#
#   my $chrome = RevMap::Chrome->start;         # or the file is skipped
#   $chrome->open('http://a.test:8529/app/');
#   $chrome->fill(user => 'me', password => 'x');   # fields by their names
#   $chrome->click('//input[@type="submit"]');  # and waits for the next page
#   $chrome->press('//button');                 # where the page stays
#   $chrome->wait_for('document.title === "x"');    # or false in the end
#   $chrome->type('x', 'TAB', 'ENTER');        # keys, to what has the focus
#   $chrome->focused;           # ('textbox', 'User name'): as it is read out
#   $chrome->trail;             # ('GET /app/ 302 /app/login', ...)
#   $chrome->cookies('a.test'); # ('sid; Path=/app; HttpOnly', ...)
#   $chrome->stop;
#
# Every name under .test is this host, and no other name is looked up; ports
# stay as they are. Certificates are not checked.

use strict;
use warnings;

use File::Temp ();
use HTTP::Tiny ();
use JSON::PP qw(decode_json encode_json);
use List::Util qw(first);
use MIME::Base64 qw(decode_base64);

use RevMap::Daemon;
use RevMap::Real;
use RevMap::Server;

use constant {
    PATIENCE => 20,                     # seconds for one command or page
    LIFETIME => 180,                    # and for the browser as a whole
};

# Without the network that it would call home by. The sandbox is not to be had
# by root, and the pages are our own.
use constant ARGUMENTS => (
    qw(--headless --no-sandbox --disable-gpu --disable-quic --no-first-run
        --disable-background-networking --disable-component-update
        --disable-sync --disable-dev-shm-usage --no-proxy-server
        --ignore-certificate-errors),
    '--host-resolver-rules=MAP *.test 127.0.0.1, MAP * ~NOTFOUND,'
        . ' EXCLUDE 127.0.0.1',
);

sub start {
    my ($class) = @_;
    my $chromium = installed(qw(chromium chromium-browser google-chrome));
    my $driver   = installed(qw(chromedriver));
    not_installed('chromium or chromedriver') if !$chromium || !$driver;

    # Not a plain tempdir(): its END block would run before the browser ends.
    my $dir  = File::Temp->newdir('revmap-chrome-XXXXXX', TMPDIR => 1);
    my $self = bless {
        dir      => $dir,
        daemons  => [],
        trail    => [],
        rejected => [],
        # No proxy: the environment may well name one.
        http     => HTTP::Tiny->new(timeout => PATIENCE, proxy => undef,
            http_proxy => undef, https_proxy => undef),
    }, $class;
    # What they leave behind is to be below this directory. Chromium is not
    # started by its driver, because it would live on if that were killed.
    local @ENV{qw(HOME TMPDIR)} = ("$dir", "$dir");
    delete local @ENV{qw(XDG_CACHE_HOME XDG_CONFIG_HOME)};
    my $browser = RevMap::Server::free_port();
    $self->run($browser, $chromium, ARGUMENTS, "--user-data-dir=$dir/profile",
        "--remote-debugging-port=$browser", 'about:blank');
    $self->{port} = RevMap::Server::free_port();
    $self->run($self->{port}, $driver, "--port=$self->{port}");
    $self->connect($browser);
    return $self;
}

sub installed {
    my @names = @_;
    my @dirs  = split /:/, $ENV{PATH};
    return first { -x && !-d } map { my $name = $_; map { "$_/$name" } @dirs }
        @names;
}

# timeout(1) kills a whole group of processes, and those, too, that hang.
sub run {
    my ($self, $port, @command) = @_;
    push @{ $self->{daemons} }, RevMap::Daemon->start(
        command => ['timeout', '--kill-after=5', LIFETIME, @command],
        port    => $port,
        log     => "$self->{dir}/log",
    );
    return;
}

sub connect {
    my ($self, $port) = @_;
    my $session = $self->command('POST', '/session', {
        capabilities => { alwaysMatch => {
            browserName => 'chrome',
            timeouts    => { pageLoad => PATIENCE * 1000,
                script => PATIENCE * 1000, implicit => 0 },
            'goog:chromeOptions' => {
                debuggerAddress => "127.0.0.1:$port",
            },
            # of all requests and their answers
            'goog:loggingPrefs' => { performance => 'ALL' },
        } },
    });
    $self->{session} = "/session/$session->{sessionId}";
    return;
}

# The driver first: a browser that is gone would be a fault to it.
sub stop {
    my ($self) = @_;
    my $daemons = $self->{daemons};
    while (my $daemon = pop @$daemons) {
        $daemon->stop;
    }
    return;
}

sub DESTROY { return $_[0]->stop }

# ---- pages ------------------------------------------------------------------

sub open {
    my ($self, $url) = @_;
    $self->session('POST', '/url', { url => $url });
    return;
}

sub url { return $_[0]->session('GET', '/url') }

sub text { return $_[0]->script('return document.body.innerText') }

sub fill {
    my ($self, %text) = @_;
    for my $name (sort keys %text) {
        my $field = $self->element("//input[\@name='$name']");
        $self->session('POST', "$field/value", { text => $text{$name} });
    }
    return;
}

sub click {
    my ($self, $xpath) = @_;
    $self->next_page(sub { $self->press($xpath) });
    return;
}

# What the old page is marked with, the new one lacks.
sub next_page {
    my ($self, $leave) = @_;
    $self->script('window.isOld = true');
    $leave->();
    $self->wait_for('!window.isOld && document.readyState === "complete"')
        or die "there is no next page\n";
    return;
}

sub press {
    my ($self, $xpath) = @_;
    $self->session('POST', $self->element($xpath) . '/click');
    return;
}

sub wait_for {
    my ($self, $condition) = @_;
    for (1 .. 10 * PATIENCE) {
        # Between two pages there is none to run it in.
        return 1 if eval { $self->script("return $condition") };
        select undef, undef, undef, 0.1;
    }
    return 0;
}

sub element {
    my ($self, $xpath) = @_;
    my $found = $self->session('POST', '/element',
        { using => 'xpath', value => $xpath });
    return '/element/' . (values %$found)[0];
}

# ---- as those see it who use no mouse ----------------------------------------

use constant KEYS => { TAB => "\x{E004}", ENTER => "\x{E007}" };

# Text is typed key by key; the names are those of KEYS.
sub type {
    my ($self, @keys) = @_;
    my @typed = map { KEYS->{$_} || split // } @keys;
    $self->session('POST', '/actions', { actions => [{
        type    => 'key',
        id      => 'keyboard',
        actions => [map { (
            { type => 'keyDown', value => $_ },
            { type => 'keyUp', value => $_ },
        ) } @typed],
    }] });
    return;
}

# Role and name of what has the focus.
sub focused {
    my ($self) = @_;
    my $found = $self->session('GET', '/element/active');
    my $path  = '/element/' . (values %$found)[0];
    return map { $self->session('GET', "$path/$_") }
        qw(computedrole computedlabel);
}

# 'light' or 'dark', and how wide the window is.
sub appearance {
    my ($self, $scheme, $width) = @_;
    $self->cdp('Emulation.setEmulatedMedia', { features => [
        { name => 'prefers-color-scheme', value => $scheme },
    ] });
    $self->cdp('Emulation.setDeviceMetricsOverride', {
        width => $width, height => 900, deviceScaleFactor => 1,
        mobile => JSON::PP::false,
    });
    return;
}

# The whole page, as a PNG file.
sub screenshot {
    my ($self, $path) = @_;
    my $png = $self->cdp('Page.captureScreenshot',
        { captureBeyondViewport => JSON::PP::true });
    CORE::open my $file, '>:raw', $path or die "$path: $!\n";
    print {$file} decode_base64($png->{data});
    close $file or die "$path: $!\n";
    return;
}

sub script {
    my ($self, $code) = @_;
    return $self->session('POST', '/execute/sync',
        { script => $code, args => [] });
}

# ---- what went over the wire, and what is kept ------------------------------

# A line for each request of a page since the last call.
sub trail {
    my ($self) = @_;
    $self->read_log;
    return splice @{ $self->{trail} };
}

# Cookies that were not accepted since the last call: [reason, Set-Cookie].
sub rejected {
    my ($self) = @_;
    $self->read_log;
    return splice @{ $self->{rejected} };
}

# The store, less the values: what document.cookie does not show included.
sub cookies {
    my ($self, $host) = @_;
    my $store = $self->cdp('Storage.getCookies');
    my @lines;
    for my $is (@{ $store->{cookies} }) {
        next if $is->{domain} =~ s/^\.//r ne $host;
        push @lines, join '; ', $is->{name}, "Path=$is->{path}",
            $is->{domain} ne $host ? "Domain=$host" : (),
            $is->{secure}   ? 'Secure'                     : (),
            $is->{httpOnly} ? 'HttpOnly'                   : (),
            $is->{sameSite} ? "SameSite=$is->{sameSite}" : ();
    }
    return sort @lines;
}

sub read_log {
    my ($self) = @_;
    my $entries = $self->session('POST', '/se/log', { type => 'performance' });
    for (@$entries) {
        my $event = decode_json($_->{message})->{message};
        my $is    = $event->{params};
        if ($event->{method} eq 'Network.responseReceivedExtraInfo') {
            push @{ $self->{rejected} }, map {
                ["@{ $_->{blockedReasons} }", $_->{cookieLine}]
            } @{ $is->{blockedCookies} || [] };
        }
        next if ($is->{type} || '') ne 'Document';
        if ($event->{method} eq 'Network.requestWillBeSent') {
            $self->add_answer($is->{redirectResponse});
            push @{ $self->{trail} }, "$is->{request}{method} "
                . $is->{request}{url} =~ s{^https?://[^/]*}{}r;
        }
        elsif ($event->{method} eq 'Network.responseReceived') {
            $self->add_answer($is->{response});
        }
    }
    return;
}

# To the line of its request. httpd's spelling of names is not everybody's.
sub add_answer {
    my ($self, $response) = @_;
    return if !$response || !@{ $self->{trail} };
    my $headers = $response->{headers};
    my $name    = first { lc eq 'location' } keys %$headers;
    $self->{trail}[-1] .= " $response->{status}"
        . (defined $name ? " $headers->{$name}" : '');
    return;
}

# ---- WebDriver --------------------------------------------------------------

sub session {
    my ($self, $method, $path, $data) = @_;
    return $self->command($method, "$self->{session}$path", $data);
}

sub cdp {
    my ($self, $command, $params) = @_;
    return $self->session('POST', '/goog/cdp/execute',
        { cmd => $command, params => $params || {} });
}

sub command {
    my ($self, $method, $path, $data) = @_;
    my $response = $self->{http}->request($method,
        "http://127.0.0.1:$self->{port}$path", $method ne 'POST' ? () : {
            headers => { 'Content-Type' => 'application/json' },
            content => encode_json($data || {}),
        });
    my $answer = eval { decode_json($response->{content}) };
    return $answer->{value} if $response->{success} && $answer;
    my $why = $answer ? $answer->{value}{message} : $response->{content};
    die "chromedriver: $method $path: $why\n";
}

1;
