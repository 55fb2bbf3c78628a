# SPDX-License-Identifier: Apache-2.0
#
# A map file is replaced twice a second while clients ask: no response fails or
# has headers of two versions, and memory does not grow. For a longer run with
# more rules: REVMAP_LOAD_SECONDS=60 REVMAP_LOAD_RULES=100000.

use strict;
use warnings;

use POSIX ();
use Time::HiRes qw(sleep time);

use lib 't/lib';
use RevMap::Server;
use RevMap::Test;

use constant CLIENTS => 3;

my $SECONDS = $ENV{REVMAP_LOAD_SECONDS} || 8;
my $RULES   = $ENV{REVMAP_LOAD_RULES} || 5_000;

# The version is the first segment of every public path.
sub map_text {
    my ($version) = @_;
    return join '', map { "/v$version/$_/ http://b.test/$_/\n" } 1 .. $RULES;
}

my $server = RevMap::Server->new(<<'END')->put('a.map', map_text(0))->start;
ServerLimit 1
<IfModule mpm_prefork_module>
    MaxRequestWorkers 1
</IfModule>
<IfModule !mpm_prefork_module>
    ThreadsPerChild 8
    MaxRequestWorkers 8
</IfModule>
ProxyPass /app/ http://b.test/
RevMapFile a.map check=1
END

# The versions that the headers of a response are of; what it is if it is
# no such response.
sub versions {
    my $response = eval {
        get(port => $server->port, host => 'alone.test', target => '/app/x',
            reply => reply(302, [
                [Location           => 'http://b.test/1/x'],
                ['Content-Location' => "http://b.test/$RULES/x"],
                [Link               => '<http://b.test/2/x>; rel=next'],
                ['Set-Cookie'       => 'a=1; Path=/3/; Domain=b.test'],
            ]));
    } or return $@;
    my %version = map { $_ => 1 }
        "@{[map { $response->header($_) } 'Location', 'Content-Location',
            'Link', 'Set-Cookie']}" =~ m{/v(\d+)/\d+}g;
    return $response->{status} == 302 && keys %version
        ? keys %version : $response->{raw};
}

sub client {
    my %seen;
    my $until = time + $SECONDS;
    my $slowest = 0;
    while (time < $until) {
        my $begin = time;
        my @versions = versions();
        my $took = time - $begin;
        $slowest = $took if $took > $slowest;
        return "two versions in one response: @versions" if @versions != 1;
        return "a response that is not mapped: $versions[0]"
            if $versions[0] !~ /^\d+$/;
        $seen{ $versions[0] }++;
    }
    return sprintf "fine: %d versions, the slowest response took %.3f s",
        scalar keys %seen, $slowest;
}

sub child_process {
    for (1 .. 100) {                    # it may be about to begin
        my ($pid) = RevMap::Daemon::read_text($server->path('pid'))
            =~ /^(\d+)$/;
        my ($child) = `ps -o pid= --ppid @{[$pid || 1]}` =~ /(\d+)/;
        return $child if $pid && $child;
        sleep 0.1;
    }
    return 0;
}

# Of the process that serves, in kB.
sub memory {
    my ($child) = @_;
    my ($size) = `ps -o rss= -p $child` =~ /(\d+)/;
    return $size;
}

my @clients = map {
    pipe(my $reader, my $writer) or die "pipe: $!\n";
    defined(my $pid = fork) or die "fork: $!\n";
    if (!$pid) {
        close $reader;
        my $said = eval { client() } || $@;
        syswrite $writer, $said;
        POSIX::_exit(0);                # the END blocks are our parent's
    }
    close $writer;
    [$pid, $reader];
} 1 .. CLIENTS;

my $child = child_process();
my ($version, @memory) = (0);
my $until = time + $SECONDS;
while (time < $until) {
    my $next = time + 0.5;
    $server->put('a.map', map_text(++$version));
    push @memory, memory($child);
    sleep $next - time if $next > time;
}

for (@clients) {
    my ($pid, $reader) = @$_;
    my $said = do { local $/; <$reader> };
    waitpid $pid, 0;
    like($said, qr/^fine: /, "client: $said");
    cmp_ok($said =~ /(\d+) versions/ ? $1 : 0, '>', 1, 'which saw changes');
}
is(child_process(), $child, 'it is still the same process');
my ($early, $late) = @memory[@memory / 3, -1];
# Two maps, the old and the new one, are there at a time, and what libc keeps.
my $allowance = 8_000 + $RULES;
SKIP: {
    skip 'TSan has a memory of its own', 1
        if ($ENV{REVMAP_SANITIZE} || '') eq 'thread';
    cmp_ok($late, '<', $early + $allowance,
        "memory: $early kB, then $late kB");
}
$server->stop;

done_testing();
