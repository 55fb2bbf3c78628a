# SPDX-License-Identifier: Apache-2.0
#
# What mod_status shows: one set of numbers for all children, which a graceful
# restart keeps.

use strict;
use warnings;

use lib 't/lib';
use RevMap::Server;
use RevMap::Test;

my $prefork = grep { /mpm_prefork/ } RevMap::Server::suite_modules();
my $extended = 'ExtendedStatus Off';
my $server;

# The lines of the server; what stands in its one virtual host is $rules.
sub site {
    my ($rules) = @_;
    return <<"END";
$extended
<VirtualHost *>
    ServerName http://www.test:80
    ProxyPass /server-status !
    ProxyPass /p/ http://b.test:8080/ctx/
    ProxyPass /l/ http://l.test/
    ProxyPass /q/ http://b.test:8080/ctx/
    <Location /server-status>
        SetHandler server-status
    </Location>
    <Location /q/>
        RevMapEngine DryRun
    </Location>
$rules
</VirtualHost>
END
}

my $rules = <<'END';
    RevMap /p/ http://b.test:8080/ctx/
    RevMap ! http://b.test:8080/ctx/never/
    RevMap /l/ http://l.test/
    RevMapCookiePath /explicit /path
END

# What the backend answers, and the client gets.
sub send_response {
    my ($target, @headers) = @_;
    return get(port => $server->port, host => 'www.test', target => $target,
        reply => reply(302, \@headers));
}

sub page {
    my ($query) = @_;
    return get(port => $server->port, host => 'www.test',
        target => "/server-status$query")->{body};
}

# The keys of this module, without the name of the file.
sub numbers {
    my %number = map { /^RevMap(\S+): (.*)/ ? ($1 => $2) : () }
        split /\n/, page('?auto');
    for (grep { m{^Hits\[/} } keys %number) {
        (my $short = $_) =~ s{/.*/httpd\.conf:}{};
        $number{$short} = delete $number{$_};
    }
    return \%number;
}

# The line of the configuration with these words.
sub line_of {
    my ($words) = @_;
    open my $file, '<', $server->config or die $server->config . ": $!\n";
    while (<$file>) {
        return $. if /^\s*\Q$words\E$/;
    }
    die "no '$words'\n";
}

sub hits { return numbers()->{'Hits[' . line_of($_[0]) . ']'} }

# Only what is expected.
sub counts {
    my ($expected, $name) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $got = numbers();
    is_deeply({ map { $_ => $got->{$_} } keys %$expected }, $expected, $name)
        or diag(explain($got));
    return;
}

$server = RevMap::Server->new(site($rules))->start;

# ---- what is counted --------------------------------------------------------

counts({
    Responses => 0, Leaks => 0, Loops => 0, Clashes => 0,
    LeaksLast => undef, LeaksAge => undef, 'Rewritten[Location]' => undef,
    'Hits[' . line_of('RevMap /p/ http://b.test:8080/ctx/') . ']' => 0,
    'Hits[other]' => 0,
}, 'nothing yet');

send_response('/p/page', [Location => 'http://b.test:8080/ctx/x'],
    ['Set-Cookie' => 'a=b; Path=/ctx'], ['Set-Cookie' => 'c=d; Path=/ctx']);
send_response('/p/page', [LOCATION => 'http://b.test:8080/ctx/x'],
    ['Set-Cookie' => 'a=b; Path=/explicit']);
counts({
    Responses => 2, 'Rewritten[Location]' => 2, 'Rewritten[Set-Cookie]' => 3,
}, 'rewritten, by header');
is(hits('RevMap /p/ http://b.test:8080/ctx/'), 4, 'hits of a rule');
is(hits('RevMapCookiePath /explicit /path'), 1, 'hits of a cookie rule');

send_response('/p/page', [Location => 'http://other.test/']);
send_response('/p/page', [Location => '/outside']);
send_response('/p/page', [Location => 'http://b.test:8080/ctx/never/x']);
counts({
    Responses => 5, 'Left[foreign]' => 1, 'Left[outside]' => 1,
    'Left[excluded]' => 1, Leaks => 0,
}, 'left alone, by reason');
is(hits('RevMap ! http://b.test:8080/ctx/never/'), 1, 'hits of RevMap !');

send_response('/p/page');
counts({ Responses => 6, 'Hits[other]' => 0 }, 'a response without headers');

send_response('/q/page', [Location => 'http://b.test:8080/ctx/x']);
counts({ 'Rewritten[Location]' => 2, 'DryRun[Location]' => 1 }, 'DryRun');

# ---- the last one -----------------------------------------------------------

send_response('/p/page', [Location => 'http://b.test:8080/out/x?secret#f']);
counts({ Leaks => 1, LeaksLast => 'Location: http://b.test:8080/out/x' },
    'a leak: without its query');
like(numbers()->{LeaksAge}, qr/^\d$/, 'its age');

send_response('/l/page?secret', [Location => 'https://l.test/page?secret']);
counts({ Loops => 1, LoopsLast => 'Location: https://l.test/page' },
    'a loop: without its query');

send_response('/p/page', ['Set-Cookie' => 'sid=secret; Path=/l']);
send_response('/l/page', ['Set-Cookie' => 'sid=secret; Path=/']);
counts({ Clashes => 1, ClashesLast =>
    'sid; Path=/l of http://l.test and http://b.test:8080' },
    'a clash: without its value');

# ---- hostile values ---------------------------------------------------------

# Of one second the first value is kept.
sub leak {
    my ($path) = @_;
    my $deadline = time + 10;
    my $wanted = numbers()->{Leaks} || 0;
    while (time < $deadline) {
        send_response('/p/page',
            [Location => "http://b.test:8080/$path"]);
        my $last = numbers()->{LeaksLast};
        return $last if $last =~ /\Q${\substr $path, 0, 4}\E/;
        select undef, undef, undef, 0.1;
    }
    return 'none';
}

is(leak("<b>&\"'\x{9b}\x{e4}"),
    q{Location: http://b.test:8080/<b>&\"'\x9b\xe4},
    '?auto: one line of ASCII');
my $html = page('');
like($html, qr{http://b\.test:8080/&lt;b&gt;&amp;}, 'page: escaped');
unlike($html, qr{<b>&}, 'page: no tag of a backend');
unlike($html, qr{[^\n -~]}, 'page: ASCII');
my $long = leak('long' . 'x' x 6000);
is(length $long, 255, 'a long value is cut');

# ---- the page ---------------------------------------------------------------

like($html, qr{<h2>mod_revmap</h2>}, 'page: a section');
like($html, qr{RevMap /p/ http://b\.test:8080/ctx/}, 'page: the line');
like($html, qr{foreign: no rule names its origin}, 'page: the reason');
like(page('?notable'), qr{<h2>mod_revmap</h2>}, 'page without tables');

# ---- a restart --------------------------------------------------------------

# Waits until a child of the new configuration answers.
sub restart {
    my ($lines, $probe) = @_;
    $server->restart($lines);
    my $deadline = time + 20;
    while (time < $deadline) {
        return 1 if page('') =~ /\Q$probe\E/;
        select undef, undef, undef, 0.1;
    }
    return 0;
}

my $before = numbers();
my $hits   = hits('RevMap /p/ http://b.test:8080/ctx/');
ok(restart(site("    # moves\n    RevMap /new/ http://new.test/\n$rules"),
    'RevMap /new/'), 'restarted');
counts({ map { $_ => $before->{$_} } grep { !/Hits|Age/ } keys %$before },
    'a graceful restart keeps all numbers');
is(hits('RevMap /p/ http://b.test:8080/ctx/'), $hits,
    'and those of a line that was moved');
is(hits('RevMap /new/ http://new.test/'), 0, 'a new line begins at 0');

(my $changed = $rules) =~ s{/path$}{/other}m;
ok(restart(site($changed), '/explicit /other'), 'restarted');
is(hits('RevMapCookiePath /explicit /other'), 0, 'so does a changed one');
is(hits('RevMap /p/ http://b.test:8080/ctx/'), $hits, 'the others stay');

# Two lines that say the same, in two sections.
ok(restart(site("$rules<Location /1/>\nRevMap /s/ http://same.test/\n"
    . "</Location>\n<Location /2/>\nRevMap /s/ http://same.test/\n"
    . "# the end\n</Location>"), 'http://same.test/'), 'restarted');
is(scalar(grep { /^Hits\[\d/ } keys %{ numbers() }), 6,
    'lines that say the same in two sections are two');

# ---- several children -------------------------------------------------------

undef $server;
my $many = $prefork ? 'StartServers 4' : <<'END';
StartServers 4
ServerLimit 4
ThreadsPerChild 2
MaxRequestWorkers 8
MinSpareThreads 8
MaxSpareThreads 8
END
$server = RevMap::Server->new("$many\n" . site($rules))->start;

my @clients;
for my $n (1 .. 6) {
    defined(my $pid = fork) or die "fork: $!\n";
    if (!$pid) {
        eval {
            send_response('/p/page',
                [Location => 'http://b.test:8080/ctx/x']) for 1 .. 50;
        };
        require POSIX;
        POSIX::_exit($@ ? 1 : 0);
    }
    push @clients, $pid;
}
my $failed = grep { waitpid($_, 0); $? } @clients;
is($failed, 0, 'all clients were served');
counts({ Responses => 300, 'Rewritten[Location]' => 300 },
    'one number for all children');
is(hits('RevMap /p/ http://b.test:8080/ctx/'), 300, 'hits of all children');

# ---- many lines -------------------------------------------------------------

undef $server;
$server = RevMap::Server->new(site(join '', $rules,
    map { "RevMap /n$_/ http://n$_.test/\n" } 1 .. 1100))->start;
send_response('/p/page', [Location => 'http://n1.test/x']);
send_response('/p/page', [Location => 'http://n1100.test/x']);
send_response('/p/page', [Location => 'http://n1099.test/x']);
is(hits('RevMap /n1/ http://n1.test/'), 1, 'a line of many');
is(numbers()->{'Hits[other]'}, 2, 'lines without a counter of their own');

# ---- map files --------------------------------------------------------------

my $map = $server->writable('maps') . '/map';
open my $file, '>', $map or die "$map: $!\n";
print {$file} "/f/ http://f.test/\n/g/ http://g.test/\n";
close $file or die "$map: $!\n";
$server->write_config(site("$rules    RevMapFile $map\n"));
$server->stop;
$server->start;
is(numbers()->{"FileRules[$map]"}, 2, 'rules of a map file');
like(numbers()->{"FileAge[$map]"}, qr/^\d+$/, 'its age');
is(numbers()->{"FileFailures[$map]"}, 0, 'its failures');
like(page(''), qr{<td>\Q$map\E</td>}, 'page: a map file');

# ---- without mod_status -----------------------------------------------------

undef $server;
$server = RevMap::Server->new(site($rules),
    modules => sub { grep { !/ status_module / } @_ });
$server->write_config(<<'END');
ProxyPass /p/ http://b.test/
RevMap /p/ http://b.test/
END
$server->start;
is(send_response('/p/page', [Location => 'http://b.test/x'])
    ->header('Location'), '/p/x', 'without mod_status');

done_testing();
