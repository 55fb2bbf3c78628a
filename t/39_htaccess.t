# SPDX-License-Identifier: Apache-2.0
#
# No directive is read from an .htaccess file, not even where AllowOverrideList
# names it: it would add to what all threads have, for one request.

use strict;
use warnings;

use lib 't/lib';
use RevMap::Server;
use RevMap::Test;

my %lines = (
    RevMap             => 'RevMap /x/ http://b.test/',
    RevMapRewrite      => 'RevMapRewrite http://b.test/(.*) /x/$1',
    RevMapFile         => 'RevMapFile x.map',
    RevMapAuto         => 'RevMapAuto On',
    RevMapEngine       => 'RevMapEngine On',
    RevMapOrigin       => 'RevMapOrigin server',
    RevMapHeader       => 'RevMapHeader X-Url=url',
    RevMapRequest      => 'RevMapRequest Referer',
    RevMapCookie       => 'RevMapCookie * Secure',
    RevMapQuery        => 'RevMapQuery next',
    RevMapCookieDomain => 'RevMapCookieDomain b.test remove',
    RevMapCookiePath   => 'RevMapCookiePath / /x',
    RevMapExpect       => 'RevMapExpect /x "Location: /y" unchanged',
);

my $server = RevMap::Server->new('');
my $root   = $server->writable('docs');

for my $name (sort keys %lines) {
    mkdir "$root/$name" or die "$root/$name: $!\n";
    $server->put("docs/$name/page", 'a page');
    $server->put("docs/$name/.htaccess", "$lines{$name}\n");
}
$server->put("docs/page", 'a page');

$server->write_config(<<"END");
DocumentRoot "$root"
<Directory "$root">
    AllowOverride All
    AllowOverrideList @{[join ' ', sort keys %lines]}
    Require all granted
</Directory>
END
$server->start;

sub status_of {
    my ($target) = @_;
    return get(port => $server->port, host => 'alone.test',
        target => $target)->{status};
}

is(status_of('/page'), 200, 'without an .htaccess file');
for my $name (sort keys %lines) {
    my $status;
    my $log = logged(sub { $status = status_of("/$name/page") });
    is($status, 500, "$name is refused");
    like($log, qr/$name cannot occur in an \.htaccess file/, 'and said so');
}

done_testing();
