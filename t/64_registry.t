# SPDX-License-Identifier: Apache-2.0
#
# A container registry, Debian's docker-registry, that believes in another
# host, port or path than the public one. skopeo pushes an image through the
# proxy, pulls it again and logs in at the registry's token server.

use strict;
use warnings;

use Digest::SHA qw(sha256_hex);
use JSON::PP ();
use MIME::Base64 qw(decode_base64 encode_base64 encode_base64url);

use lib 't/lib';
use RevMap::Backend;
use RevMap::Daemon;
use RevMap::Real;
use RevMap::Server;
use RevMap::Test;

use constant {
    USER     => 'admin',
    PASSWORD => 'no secret',
    OCI      => 'application/vnd.oci.image',
};

needs(qw(proxy_http headers ssl));
my $program = program('docker-registry');
my $skopeo  = program('skopeo');
my $openssl = program('openssl');
my $dir     = workplace('registry');
my $json    = JSON::PP->new->canonical;
my $layer   = write_image("$dir/image");

my @running;
END { $_->stop for @running }

my ($certificate, $key) = certificate("$dir", 'localhost');
my @tls = ('SSLEngine On', "SSLCertificateFile '$certificate'",
    "SSLCertificateKeyFile '$key'");

# Where the registry believes to be, and where nobody is.
my $BELIEVED = '127.0.0.2:' . RevMap::Server::free_port();

# Each case: what the registry is told in its `http` section; the virtual host;
# where, by the registry, an upload goes on, and what the client gets. With TLS
# only skopeo tells: it would not go on by http.
my @cases = map { { with_ports(%$_) } } (
    {
        name  => 'another host and port',
        http  => "host: http://$BELIEVED",
        site  => ['ProxyPass / REGISTRY/', "RevMap / http://$BELIEVED/"],
        sent  => "http://$BELIEVED/v2/",
        given => 'PUBLIC/v2/',
    },
    {
        # It reads X-Forwarded-Host, which mod_proxy sends by itself.
        name  => 'the public host is known to it',
        site  => ['ProxyPass / REGISTRY/', 'RevMapAuto On'],
        sent  => 'PUBLIC/v2/',
        given => 'PUBLIC/v2/',
    },
    {
        name  => 'the host by which it was called',
        site  => ['ProxyPass / REGISTRY/', 'RevMapAuto On',
            'ProxyAddHeaders Off'],
        sent  => 'REGISTRY/v2/',
        given => 'PUBLIC/v2/',
    },
    {
        name  => 'another path as well',
        http  => "host: http://$BELIEVED/registry/\n  prefix: /registry/",
        site  => ['ProxyPass /v2/ REGISTRY/registry/v2/',
            "RevMap /v2/ http://$BELIEVED/registry/v2/"],
        path  => '/registry/v2/',
        sent  => "http://$BELIEVED/registry/v2/",
        given => 'PUBLIC/v2/',
    },
    {
        # It then forgets its path, and what it writes is public already.
        name  => 'another path, and relative URLs',
        http  => "relativeurls: true\n  prefix: /registry/",
        site  => ['ProxyPass /v2/ REGISTRY/registry/v2/', 'RevMapAuto On'],
        path  => '/registry/v2/',
        sent  => '/v2/',
        given => '/v2/',
    },
    {
        name => 'https in front, ProxyPreserveHost On',
        site => ['ProxyPass / REGISTRY/', 'RevMapAuto On',
            'ProxyPreserveHost On', @tls],
    },
    {
        name => 'https in front, its scheme is known to it',
        site => ['ProxyPass / REGISTRY/', 'RevMapAuto On',
            'RequestHeader set X-Forwarded-Proto https', @tls],
    },
);

# For comparison, without the module.
my %control = with_ports(
    http => "host: http://$BELIEVED",
    site => ['ProxyPass / REGISTRY/', 'RevMapEngine Off'],
);
# It knows the public host then, but not that clients come by https; and what
# it was not given as Host is no name of it.
my %no_scheme = with_ports(
    site => ['ProxyPass / REGISTRY/', 'RevMapAuto On', @tls],
);

# Where tokens are to be had, by the registry: at its own address, too.
my $tokens = RevMap::Backend->new(answer => \&give_token);
my @mounts = ('ProxyPass /v2/ REGISTRY/v2/',
    'ProxyPass /auth/ http://127.0.0.1:' . $tokens->port . '/',
    "RevMap /v2/ http://$BELIEVED/v2/",
    "RevMap /auth/ http://$BELIEVED/tokens/");
my %tokens = with_ports(
    http => "host: http://$BELIEVED",
    auth => <<"END",
auth:
  token:
    realm: http://$BELIEVED/tokens/new
    service: registry
    issuer: tokens
    rootcertbundle: $certificate
END
    site => [@mounts, 'RevMapHeader @auth'],
);
my %no_tokens = with_ports(%tokens, site => [@mounts]);

my $front = RevMap::Server->new('');
my @all   = (@cases, \%control, \%no_scheme, \%tokens, \%no_tokens);
$front->write_config(join '', map { virtual_host($_) } @all);
push @running, $tokens->start, $front->start,
    map { start_registry($_) } @all;

for my $case (@cases) {
    subtest $case->{name} => sub {
        says_where($case) if $case->{sent};
        image_travels($case);
    };
}
subtest 'without the module' => sub {
    pushes_fail(\%control,
        qr{"http://\Q$BELIEVED\E/v2/my/app/blobs/uploads/});
};

subtest 'https in front, its scheme is not known to it' => sub {
    pushes_fail(\%no_scheme,
        qr{"http://localhost:$no_scheme{front}/v2/my/app/blobs/uploads/});
};

subtest 'tokens' => sub {
    my $challenge = request(port => $tokens{front}, target => '/v2/',
        host => "localhost:$tokens{front}");
    is($challenge->{status}, 401, 'a token is asked for');
    is($challenge->header('WWW-Authenticate'),
        qq{Bearer realm="http://localhost:$tokens{front}/auth/new",}
        . 'service="registry"', 'to be had at the public site');
    image_travels(\%tokens, '--creds=' . USER . ':' . PASSWORD);
};
subtest 'tokens, a wrong password' => sub {
    pushes_fail(\%tokens, qr/401|unauthorized|invalid username/i,
        '--dest-creds=' . USER . ':wrong');
};
subtest 'tokens, without @auth' => sub {
    pushes_fail(\%no_tokens, qr{"http://\Q$BELIEVED\E/tokens/new},
        '--dest-creds=' . USER . ':' . PASSWORD);
};

done_testing();

# ---- what is tested ---------------------------------------------------------

# An upload begins with a 202, which is no redirect: what is absolute stays so.
sub says_where {
    my ($case) = @_;
    my $path   = $case->{path} || '/v2/';
    my %upload = (method => 'POST', body => '');
    my %told   = (host => "127.0.0.1:$case->{port}");
    $told{headers} = [['X-Forwarded-Host' => "localhost:$case->{front}"]]
        if $case->{sent} =~ /PUBLIC/;
    for (
        [$case->{sent}, $case->{port}, "${path}my/app/blobs/uploads/", %told],
        [$case->{given}, $case->{front}, '/v2/my/app/blobs/uploads/',
            host => "localhost:$case->{front}"],
    ) {
        my ($expected, $port, $target, %as) = @$_;
        my $response = request(%upload, %as, port => $port, target => $target);
        is($response->{status}, 202, "POST $target");
        my $uploads = filled($case, $expected) . 'my/app/blobs/uploads/';
        like($response->header('Location'), qr{^\Q$uploads\E[-0-9a-f]+\?},
            "goes on at $expected");
    }
    return;
}

sub pushes_fail {
    my ($case, $why, @options) = @_;
    my ($status, $output) = skopeo($case, 'copy', '--dest-tls-verify=false',
        @options, "oci:$dir/image:one", reference($case));
    isnt($status, 0, 'an image cannot be pushed');
    like($output =~ s/\\//gr, $why, 'because of this');
    return;
}

# There and back again, byte for byte.
sub image_travels {
    my ($case, @login) = @_;
    my $reference = reference($case);
    my ($to, $from, $at) = map {
        my $prefix = $_;
        [map { s/^--/--$prefix/r } '--tls-verify=false', @login]
    } 'dest-', 'src-', '';
    skopeo_does($case, 'the image is pushed', 'copy', '--preserve-digests',
        @$to, "oci:$dir/image:one", $reference);
    skopeo_does($case, 'and a second tag', 'copy', '--preserve-digests',
        @$to, "oci:$dir/image:one",
        $reference =~ s/:one$/:two/r);
    my $tags = skopeo_does($case, 'its tags are listed', 'list-tags',
        @$at, $reference =~ s/:one$//r);
    is_deeply($json->decode($tags)->{Tags}, ['one', 'two'], 'both of them');
    my $copy = "$dir/data/$case->{front}";
    skopeo_does($case, 'it is pulled', 'copy', @$from,
        $reference, "dir:$copy");
    is(sha256_hex(read_file("$copy/$layer")), $layer, 'its layer is there');
    skopeo_does($case, 'it is deleted', 'delete', @$at,
        $reference);
    return;
}

sub skopeo_does {
    my ($case, $name, @arguments) = @_;
    my ($status, $output) = skopeo($case, @arguments);
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    is($status, 0, $name) or diag($output);
    return $output;
}

# Each case has a home of its own: skopeo remembers where it has seen a layer.
sub skopeo {
    my ($case, $command, @arguments) = @_;
    my $home = "$dir/data/home-$case->{front}";
    mkdir $home;
    return run_program($home, $skopeo, '--insecure-policy', $command,
        @arguments);
}

sub reference {
    my ($case) = @_;
    return "docker://localhost:$case->{front}/my/app:one";
}

# ---- what it is tested with -------------------------------------------------

# A port for the registry and one for its virtual host.
sub with_ports {
    return (@_, map { $_ => RevMap::Server::free_port() } qw(port front));
}

sub filled {
    my ($case, $text) = @_;
    return $text =~ s{REGISTRY}{http://127.0.0.1:$case->{port}}gr
        =~ s{PUBLIC}{http://localhost:$case->{front}}gr;
}

sub virtual_host {
    my ($case) = @_;
    return site($case->{front}, map { filled($case, $_) } @{ $case->{site} });
}

sub start_registry {
    my ($case) = @_;
    my $own = "$dir/data/registry-$case->{port}";
    mkdir $own or die "$own: $!\n";
    my $http = $case->{http} || '';
    my $auth = $case->{auth} || '';
    write_file("$own/config.yml", <<"END");
version: 0.1
storage:
  filesystem:
    rootdirectory: $own
  delete:
    enabled: true
http:
  addr: 127.0.0.1:$case->{port}
  secret: no secret
  $http
$auth
END
    return RevMap::Daemon->start(
        command => [$program, 'serve', "$own/config.yml"],
        port    => $case->{port},
        log     => "$own/output",
    );
}

# The server of tokens (https://distribution.github.io/distribution/spec/auth/):
# what is asked for is granted to those who know the password.
sub give_token {
    my ($client) = @_;
    my ($head)  = RevMap::Backend::read_request($client) or return;
    my ($login) = $head =~ /^Authorization: Basic (\S+)/mi;
    my $known   = defined $login
        && decode_base64($login) eq USER . ':' . PASSWORD;
    my $is_new  = $head =~ m{^GET /new\?};
    print {$client} !$known ? reply(401, [])
        : !$is_new          ? reply(404, [])
        : reply(200, [['Content-Type' => 'application/json']],
            $json->encode({ token => token($head) }));
    close $client;
    return;
}

sub token {
    my ($head) = @_;
    my @access = map {
        my ($type, $name, $actions) =
            split /:/, s/%([0-9A-F]{2})/chr hex $1/ger;
        { type => $type, name => $name, actions => [split /,/, $actions] }
    } $head =~ /[?&]scope=([^&\s]+)/g;
    my $der = join '', grep { !/^-/ } split /\n/, read_file($certificate);
    my $text = join '.', map { encode_base64url($json->encode($_)) } (
        { typ => 'JWT', alg => 'RS256', x5c => [$der] },
        {
            iss => 'tokens',  sub => USER, aud => 'registry', jti => "$$",
            nbf => time - 60, iat => time - 60, exp => time + 600,
            access => \@access,
        },
    );
    write_file("$dir/data/token.$$", $text);
    return "$text." . encode_base64url(
        scalar `'$openssl' dgst -sha256 -sign '$key' '$dir/data/token.$$'`);
}

# An image of one file, in the layout of OCI. Returns the digest of its layer.
sub write_image {
    my ($to) = @_;
    system('mkdir', '-p', "$to/blobs/sha256") == 0 or die "$to: mkdir failed\n";
    write_file("$to/hello.txt", "hello\n");
    my $tar    = `tar -C '$to' -cf - hello.txt`;
    my $digest = 'sha256:' . sha256_hex($tar);
    my $blob   = sub {
        my ($type, $text) = @_;
        my $hex = sha256_hex($text);
        write_file("$to/blobs/sha256/$hex", $text);
        return { mediaType => OCI . ".$type", digest => "sha256:$hex",
            size => length $text };
    };
    my $config = $blob->('config.v1+json', $json->encode({
        architecture => 'amd64',
        os           => 'linux',
        rootfs       => { type => 'layers', diff_ids => [$digest] },
    }));
    my $manifest = $blob->('manifest.v1+json', $json->encode({
        schemaVersion => 2,
        mediaType     => OCI . '.manifest.v1+json',
        config        => $config,
        layers        => [$blob->('layer.v1.tar', $tar)],
    }));
    $manifest->{annotations} = { 'org.opencontainers.image.ref.name' => 'one' };
    write_file("$to/index.json", $json->encode(
        { schemaVersion => 2, manifests => [$manifest] }));
    write_file("$to/oci-layout", $json->encode(
        { imageLayoutVersion => '1.0.0' }));
    return $digest =~ s/^sha256://r;
}

sub read_file {
    my ($path) = @_;
    open my $file, '<:raw', $path or return "$path: $!\n";
    local $/;
    return scalar <$file>;
}
