# SPDX-License-Identifier: Apache-2.0
#
# Answers whose headers are mutated, for a while: none is lost, the processes
# do not grow, and the log has nothing above "info". SECONDS=600 for longer:
# `make soak`.

use strict;
use warnings;

use MIME::Base64 qw(encode_base64);
use Time::HiRes qw(time);

use lib 't/lib';
use RevMap::Server;
use RevMap::Test;

use constant {
    WARM    => 300,                     # requests, before memory is looked at
    GROWTH  => 4096,                    # kilobytes
};

my $SECONDS = $ENV{SECONDS} || 4;
my $SEED    = $ENV{SEED} || 20260101;
srand $SEED;

my @HEADERS = (
    [Location => 'http://b.test:8080/ctx/x?y#z'],
    [Location => '/ctx/login'],
    [Link => '<http://b.test:8080/ctx/2>; rel=next, </ctx/a>; anchor="/ctx/"'],
    [Refresh => '5; url="/ctx/x"'],
    ['Set-Cookie' => 'a=b; Path=/ctx; Domain=b.test; Secure; HttpOnly'],
    ['HX-Location' => '{"path":"\/ctx\/x","target":"#y"}'],
    ['WWW-Authenticate' => 'Bearer realm="http://b.test:8080/ctx/"'],
    ['Content-Security-Policy' => 'img-src http://b.test:8080 ws://b.test'],
    ['Content-Location' => '../ctx/x'],
    ['SVN-Me-Resource' => '/ctx/!svn/me'],
);
my @BYTES = (map({ chr } 1 .. 9, 11, 12, 14 .. 255),
    split //, '/:;,<>"\'\\%@?#=.[]{}');

sub mutate {
    my ($text) = @_;
    for (1 .. int rand 4) {
        my $at = int rand 1 + length $text;
        my $what = int rand 4;
        my $piece = $what ? $BYTES[rand @BYTES]
            : substr $text, rand length $text;
        substr $text, $at, $what == 1 ? 1 : 0, $piece
            if $at <= length $text && length $text < 2000;
    }
    return $text;
}

my $server = RevMap::Server->new(<<'END')->start;
LogLevel info revmap:info
StartServers 1
<IfModule !mpm_prefork_module>
    MinSpareThreads 1
    ThreadsPerChild 4
    MaxRequestWorkers 4
</IfModule>
<IfModule mpm_prefork_module>
    MaxRequestWorkers 1
</IfModule>
RevMapAuto On
RevMapHeader @frontend @auth @dav @api Content-Security-Policy
RevMapCookie * Secure SameSite=Lax
RevMapQuery next
ProxyPass /app/ http://b.test:8080/ctx/
END

# In kilobytes, by process; they live until the server stops.
sub memory {
    my %size;
    my ($parent) = do {
        open my $file, '<', "$server->{dir}/pid" or die "pid: $!\n";
        readline $file;
    };
    chomp $parent;
    for (grep { /^\s*\d+\s+$parent\s/ } `ps -A -o pid=,ppid=,rss=`) {
        my ($pid, undef, $kilobytes) = split;
        $size{$pid} = $kilobytes;
    }
    return %size;
}

# A URL that a mutation took out of what the rules cover.
expect_in_log('RM0102: ');

my ($count, $lost, %before) = (0, 0);
my $log = logged(sub {
    my $until = time + $SECONDS;
    while (time < $until || $count <= WARM) {
        my ($name, $value) = @{ $HEADERS[rand @HEADERS] };
        my $response = eval {
            request(port => $server->port, host => 'alone.test',
                target => '/app/page', reply => reply(
                    $name eq 'Location' ? 302 : 200,
                    [[$name => mutate($value)], ['X-Number' => $count]],
                    "body $count"));
        };
        # httpd itself gives a response up whose header no client may see.
        $lost++ if !$response
            || $response->{status} != 502 && $response->{status} != 500
            && ($response->header('X-Number') ne $count
                || $response->{body} ne "body $count");
        %before = memory() if ++$count == WARM;
    }
});
my %after = memory();

is($lost, 0, "$count responses in $SECONDS seconds, by the seed $SEED");
is(join(' ', sort keys %after), join(' ', sort keys %before),
    'the same processes');
for my $pid (sort keys %before) {
    my $more = ($after{$pid} || 0) - $before{$pid};
    ok($more < GROWTH, "process $pid: $before{$pid} kB, then $more kB more");
}
my @trouble = grep { !/RM0102: / }
    grep { /revmap:(?:notice|warn|error|crit|alert|emerg)/ } split /\n/, $log;
is(join("\n", @trouble), '',
    'no message above info, but for URLs that no rule covers');
$server->stop;

done_testing();
