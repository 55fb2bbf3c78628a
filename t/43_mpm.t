# SPDX-License-Identifier: Apache-2.0
#
# Many clients at once: each gets what its own backend said, mapped by its own
# section, whether httpd serves them in threads or in processes.

use strict;
use warnings;

use POSIX ();

use lib 't/lib';
use RevMap::Server;
use RevMap::Test;

use constant {
    CLIENTS  => 8,
    REQUESTS => 40,
};

my @modules = RevMap::Server::suite_modules();
my ($mpm) = map { /^LoadModule mpm_(\w+)_module / } @modules;
is($mpm, $ENV{REVMAP_MPM} || 'event', 'the MPM that was asked for')
    if defined $mpm;

my $sections = join '', map { <<"END" } 1 .. CLIENTS;
ProxyPass /c$_/ http://b$_.test/x/
<Location /c$_/>
    RevMap http://b$_.test/x/
    RevMapCookieDomain b$_.test host$_.test
</Location>
END
my $server = RevMap::Server->new(<<"END" . $sections)->start;
<IfModule !mpm_prefork_module>
    ThreadsPerChild ${\CLIENTS}
    MaxRequestWorkers ${\(2 * CLIENTS)}
</IfModule>
END

# The number of answers that were wrong, and one of them.
sub client {
    my ($n) = @_;
    my ($wrong, $example) = (0, '');
    for my $i (1 .. REQUESTS) {
        my $long = "$n-$i-" . $n x ($i * 10);
        my $response = get(port => $server->port, host => 'alone.test',
            target => "/c$n/page", reply => reply(302, [
                [Location => "http://b$n.test/x/$long?$i"],
                (map { ['Set-Cookie' =>
                    "$_=$n; Path=/x/$long; Domain=b$n.test"] } 1 .. 5),
            ]));
        my $got = join "\n", $response->header('Location'),
            $response->header('Set-Cookie');
        next if $got eq join "\n", "/c$n/$long?$i",
            map { "$_=$n; Path=/c$n/$long; Domain=host$n.test" } 1 .. 5;
        $wrong++;
        $example = $got;
    }
    return ($wrong, $example);
}

my @clients;
for my $n (1 .. CLIENTS) {
    pipe(my $reader, my $writer) or die "pipe: $!\n";
    defined(my $pid = fork) or die "fork: $!\n";
    if (!$pid) {
        close $reader;
        my ($wrong, $example) = eval { client($n) };
        syswrite $writer, defined $wrong ? "$wrong wrong\n$example" : $@;
        POSIX::_exit(0);                # the END blocks are our parent's
    }
    close $writer;
    push @clients, [$n, $pid, $reader];
}
for (@clients) {
    my ($n, $pid, $reader) = @$_;
    my $answer = do { local $/; <$reader> };
    waitpid $pid, 0;
    is($answer, "0 wrong\n", "client $n of ${\CLIENTS}");
}

done_testing();
