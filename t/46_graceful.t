# SPDX-License-Identifier: Apache-2.0
#
# Graceful restarts, and children that end after a few connections, while
# clients ask and a map file changes: no request fails, and each is mapped.

use strict;
use warnings;

use File::Temp ();
use POSIX ();
use Time::HiRes qw(sleep time);

use lib 't/lib';
use RevMap::Server;
use RevMap::Test;

use constant {
    CLIENTS  => 4,
    SECONDS  => 6,
    RESTARTS => 5,
};

# Rules that change as well; one of them is asked for.
my $dir = File::Temp->newdir('revmap-XXXXXX', TMPDIR => 1);
my $map = "$dir/rules.map";
chmod 0755, "$dir";

sub write_map {
    my ($number) = @_;
    open my $file, '>', "$map.new" or die "$map.new: $!\n";
    print {$file} "/m$number/$_/ http://m.test/$_/\n" for 1 .. 100;
    print {$file} "/filed/ http://filed.test/\n";
    close $file or die "$map.new: $!\n";
    rename "$map.new", $map or die "$map: $!\n";
    return;
}

# The last line of a configuration tells it from the one before.
sub lines {
    my ($number) = @_;
    return <<"END";
StartServers 2
MaxConnectionsPerChild 40
<IfModule !mpm_prefork_module>
    MinSpareThreads 1
    ThreadsPerChild 8
    MaxRequestWorkers 32
</IfModule>
RevMapAuto On
RevMapFile "$map" check=1
ProxyPass /app/ http://b.test:8080/ctx/
RevMap /more$number/ http://other.test/more$number/
END
}

# How many answers were right, and the first one that was not.
sub client {
    my ($server, $writer) = @_;
    my $reply = reply(302, [[Location => 'http://b.test:8080/ctx/y'],
        ['Set-Cookie' => 'a=1; Path=/ctx'],
        ['Content-Location' => 'http://filed.test/z']]);
    my $until = time + SECONDS;
    my ($count, $wrong) = (0, '');
    while (time < $until) {
        my $response = eval {
            request(port => $server->port, host => 'alone.test',
                target => '/app/page', reply => $reply);
        };
        my $seen = !$response ? "none: $@" : join ' ', $response->{status},
            map { defined $_ ? $_ : '-' } map { $response->header($_) }
            qw(Location Set-Cookie Content-Location);
        $count++;
        $wrong ||= $seen if $seen
            ne '302 /app/y a=1; Path=/app http://alone.test/filed/z';
    }
    print {$writer} "$count $wrong\n";
    close $writer;
    POSIX::_exit(0);
}

write_map(0);
my $server = RevMap::Server->new(lines(0))->start;
my @results;
for (1 .. CLIENTS) {
    pipe my $reader, my $writer or die "pipe: $!\n";
    defined(my $pid = fork) or die "fork: $!\n";
    client($server, $writer) if !$pid;
    close $writer;
    push @results, [$pid, $reader];
}
for my $number (1 .. RESTARTS) {
    sleep SECONDS / (RESTARTS + 1);
    write_map($number);
    $server->restart(lines($number));
}

my $all = 0;
for (@results) {
    my ($pid, $reader) = @$_;
    my ($count, $wrong) = split / /, readline $reader, 2;
    waitpid $pid, 0;
    chomp $wrong;
    is($wrong, '', "$count requests of a client");
    $all += $count;
}
ok($all >= CLIENTS * RESTARTS, "$all requests, @{[RESTARTS]} restarts");
$server->stop;

done_testing();
