# SPDX-License-Identifier: Apache-2.0
#
# nginx as a backend that redirects, with and without a name and a port.

use strict;
use warnings;

use lib 't/lib';
use RevMap::Nginx;
use RevMap::Real;
use RevMap::Test;

needs('proxy_http');
my $port   = setting('nginx_port');
my $dir    = workplace('nginx');
my $daemon = start_nginx($dir);
END { $daemon->stop if $daemon }

# Each row: the target, behind /ctx at nginx and /app in public; what nginx
# says when it is asked like this; what the client gets, '=' being the same.
sub redirects {
    my ($site, $told, $rows) = @_;
    for (@$rows) {
        my ($target, $sent, $expected) = @$_;
        my $direct = request(port => $port, host => $told,
            target => "/ctx/$target");
        is($direct->header('Location'), $sent,
            "$site, /ctx/$target: nginx says $sent");
        my $mapped = get(host => $site, target => "/app/$target");
        is($mapped->{status}, $direct->{status}, 'the status stays');
        is($mapped->header('Location'), $expected eq '=' ? $sent : $expected,
            "the client gets $expected");
    }
    return;
}

my $self = "127.0.0.1:$port";
redirects('nginx.test', $self, [
    ['dir', "http://$self/ctx/dir/", '/app/dir/'],
    ['dir?a=b', "http://$self/ctx/dir/?a=b", '/app/dir/?a=b'],
    ['relative/dir', '/ctx/relative/dir/', '/app/relative/dir/'],
    # Neither is a name of the backend that was asked, nor one of a rule.
    ['portless/dir', 'http://127.0.0.1/ctx/portless/dir/', '='],
    ['named/dir', "http://intern.test:$port/ctx/named/dir/", '='],
    ['return/path', "http://$self/ctx/x?y#z", '/app/x?y#z'],
    ['return/path-relative', '/ctx/x?y#z', '/app/x?y#z'],
    ['return/host', "http://$self/ctx/x", '/app/x'],
    # An upgrade that forgets the port: another origin.
    ['return/https', 'https://127.0.0.1/ctx/return/https', '='],
    ['return/foreign', 'http://other.test/ctx/x', '='],
    ['return/up', "http://$self/outside", '='],
    # One that maps back to what was asked already.
    ['inner/dir', "http://$self/ctx/inner/dir/", '/app/inner/dir/'],
]);
redirects('nginx-named.test', $self, [
    ['dir', "http://$self/ctx/dir/", '/app/dir/'],
    ['relative/dir', '/ctx/relative/dir/', '/app/relative/dir/'],
    ['portless/dir', 'http://127.0.0.1/ctx/portless/dir/',
        '/app/portless/dir/'],
    ['named/dir', "http://intern.test:$port/ctx/named/dir/",
        '/app/named/dir/'],
]);
redirects('nginx-host.test', 'nginx-host.test', [
    # nginx listens on a port of which the client knows nothing.
    ['dir', "http://nginx-host.test:$port/ctx/dir/", '='],
    ['relative/dir', '/ctx/relative/dir/', '/app/relative/dir/'],
    ['portless/dir', 'http://nginx-host.test/ctx/portless/dir/',
        '/app/portless/dir/'],
    ['return/path-relative', '/ctx/x?y#z', '/app/x?y#z'],
    ['return/host', 'http://nginx-host.test/ctx/x', '/app/x'],
    # The upgrade that the application decides on: only the path is ours.
    ['return/https', 'https://nginx-host.test/ctx/return/https',
        'https://nginx-host.test/app/return/https'],
    ['return/foreign', 'http://other.test/ctx/x', '='],
]);
redirects('nginx-port.test', 'nginx-port.test', [
    ['dir', "http://nginx-port.test:$port/ctx/dir/", '/app/dir/'],
    ['portless/dir', 'http://nginx-port.test/ctx/portless/dir/',
        '/app/portless/dir/'],
    ['relative/dir', '/ctx/relative/dir/', '/app/relative/dir/'],
]);

# An error page of nginx, with headers.
for (
    ['nginx.test', "http://nginx.test/app/cookie?x"],
    ['nginx-host.test', 'http://nginx-host.test/app/cookie?x'],
) {
    my ($site, $location) = @$_;
    my $response = get(host => $site, target => '/app/cookie?x');
    is($response->{status}, 404, "$site: an error page");
    is_deeply([$response->header('Set-Cookie')], [
        'a=b; Path=/app/; HttpOnly', 'c=d; Path=/app/x',
        'e=f; Path=/; Domain=intern.test',
    ], "$site: its cookies");
    is($response->header('Content-Location'), $location,
        "$site: its Content-Location");
}

done_testing();
