# pg_upgrade with karmayogi in the database, between the major versions of
# PostgreSQL that are installed here with their headers. Where there is one alone,
# from this one to itself, which makes the catalogue anew all the same;
# test/pg_upgrade.sh debian brings the others, and needs root and the network.
#
#   prove test/t/022_pg_upgrade.pl
use strict;
use warnings;
use File::Basename qw(dirname);
use File::Spec;
use Test::More;

my $script = File::Spec->rel2abs(dirname(__FILE__) . '/../pg_upgrade.sh');

my %config;
foreach my $config ($ENV{PG_CONFIG} // (), glob '/usr/lib/postgresql/*/bin/pg_config')
{
	my ($major) = (qx('$config' --version) // '') =~ /^PostgreSQL (\d+)/ or next;
	chomp(my $pgxs = qx('$config' --pgxs));
	chomp(my $bindir = qx('$config' --bindir));
	chomp(my $headers = qx('$config' --includedir-server));
	# a client's or a library's pg_config belongs to no server, and one of a server without its headers builds nothing
	$config{$major} //= $config if $major >= 15 && -e $pgxs && -e "$headers/postgres.h" && -x "$bindir/pg_upgrade";
}
my @majors = sort { $a <=> $b } keys %config;
plan skip_all => 'no PostgreSQL is installed with its headers and pg_upgrade' if !@majors;
push @majors, @majors if @majors == 1;

my @lines = split /\n/, `'$script' ${\ join ' ', map { "'$config{$_}'" } @majors } 2>&1`;
my $status = $? >> 8;
foreach my $line (grep { /^(?:not )?ok / } @lines)
{
	like($line, qr/^ok /, $line =~ s/^(?:not )?ok \d+ - //r);
}
is($status, 0, 'pg_upgrade through ' . join(', ', @majors)) or diag(join "\n", @lines);

done_testing();
