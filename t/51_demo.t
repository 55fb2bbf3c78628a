# SPDX-License-Identifier: Apache-2.0
#
# `make demo`: the table holds, it fits a terminal, and nothing stays behind,
# whatever ends it.

use strict;
use warnings;

use File::Temp qw(tempdir);
use IO::Socket::INET ();

use lib 't/lib';
use RevMap::Test;

use constant WIDTH => 120;

# The httpd of this run: with sanitizers, that is the wrapper.
$ENV{HTTPD} = setting('httpd');
my $tmp = $ENV{TMPDIR} = tempdir(CLEANUP => 1);
chmod 0755, $tmp;

sub left_behind {
    return join ' ', glob("$tmp/revmap-demo-*"),
        grep { m{\Q$tmp\E} } `ps -e -o args=`;
}

my $output = `t/demo 2>&1`;
is($?, 0, 'the table holds') or diag($output);
my ($good, $rows) = $output =~ /^(\d+) of (\d+) as expected/m;
cmp_ok($rows || 0, '>=', 12, 'it has a good dozen rows');
is($good, $rows, 'and all are right');
is(join("\n", grep { length > WIDTH } split /\n/, $output), '',
    "no line is over ${\WIDTH} columns");
unlike($output, qr/[^\n -~]/, 'plain text');
unlike($output, qr/\bAH\d{5}\b/, 'httpd has nothing to say');
like($output, qr/make demo SERVE=1\n\z/, 'it says how to keep it running');
is(left_behind(), '', 'nothing stays behind');

for my $signal (qw(INT TERM HUP)) {
    local $ENV{SERVE} = 1;
    my $pid = open my $demo, '-|', 't/demo 2>&1' or die "t/demo: $!\n";
    my ($url, $port);
    my $said = '';
    while (<$demo>) {
        $said .= $_;
        ($url, $port) = ($1, $2) if m{(http://127\.0\.0\.1:(\d+)/app/)$};
        last if /^The pages of the table:/;
    }
    if (!ok($port, "SERVE=1 names a URL: " . ($url || 'none'))) {
        diag($said);
        next;
    }
    my $login = request(port => $port, host => "127.0.0.1:$port",
        target => '/app/login');
    is($login->header('Location'), '/app/home?welcome', 'a mapped redirect');
    is($login->header('Set-Cookie'), 'session=42; Path=/app; HttpOnly',
        'with a cookie');
    kill $signal => $pid;
    close $demo;
    is($?, 0, "SIG$signal is a regular end");
    ok(!IO::Socket::INET->new(PeerAddr => "127.0.0.1:$port"),
        'nobody listens any more');
    is(left_behind(), '', 'nothing stays behind');
}

{
    local $ENV{REVMAP_MODULE} = '/nonexistent.so';
    my $complaint = `t/demo 2>&1`;
    isnt($?, 0, 'without a module it fails');
    like($complaint, qr/no module built yet/, 'and says so');
    is(left_behind(), '', 'nothing stays behind');
}

done_testing();
