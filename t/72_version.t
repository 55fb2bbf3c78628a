# SPDX-License-Identifier: Apache-2.0
#
# The module names itself to clients only where it is told to.

use strict;
use warnings;

use lib 't/lib';
use RevMap::Server;
use RevMap::Test;

my ($version) = RevMap::Daemon::read_text('mod_revmap.h')
    =~ /VERSION "([^"]+)"/;

sub server_header {
    my ($lines) = @_;
    my $server = RevMap::Server->new($lines)->start;
    my $response = get(port => $server->port, host => 'alone.test');
    $server->stop;
    return scalar $response->header('Server');
}

unlike(server_header("ServerTokens Full\n"), qr/revmap/i, 'not unless asked');
like(server_header("Define REVMAP_TOKEN\nServerTokens Full\n"),
    qr{ mod_revmap/\Q$version\E(?: |$)}, 'Define REVMAP_TOKEN');
unlike(server_header("Define REVMAP_TOKEN\nServerTokens Prod\n"), qr/revmap/i,
    'ServerTokens has the last word');

done_testing();
