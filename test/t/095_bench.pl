# scripts/bench.sh: it runs from end to end on a server that stands, every line it
# prints has a figure or says why it has none, the hand-written SQL gives
# karmayogi's results, and the portal is left as it was. No time is asserted.
#
#   prove test/t/095_bench.pl
use strict;
use warnings;
use File::Basename qw(dirname);
use File::Spec;
use File::Temp qw(tempdir tempfile);
use Test::More;

my $top = File::Spec->rel2abs(dirname(__FILE__) . '/../..');
my $database = "karmayogi_bench_test_$$";
my $dir = tempdir('karmayogi-bench-XXXXXX', TMPDIR => 1, CLEANUP => 1);

sub psql
{
	my ($name, $in, @options) = @_;
	my ($handle, $file) = tempfile(SUFFIX => '.sql', UNLINK => 1);
	print $handle $in;
	close $handle;
	local $ENV{PGOPTIONS} = '-c client_min_messages=warning';
	my $out = qx(psql -X -q -A -t -v ON_ERROR_STOP=1 -d '$name' @options <'$file' 2>&1);
	die "psql: $out\n" if $?;
	$out =~ s/\s+\z//;
	return $out;
}

END
{
	my $status = $?;
	psql('postgres', "drop database if exists $database");
	$? = $status;
}

psql('postgres', "create database $database");
psql($database, "create extension karmayogi; select karmayogi.create_portal('portal')");
psql($database, "\\i '$top/demo/portal.sql'", '-v scale=0.001 -v schema=portal');
psql($database, "select karmayogi.bind_portal('portal')");
psql($database, "\\i '$top/demo/register.sql'", '-v schema=portal');
my $portal = 'select count(*), md5(string_agg(md5(e::text), null order by md5(e::text))) from portal.user_enrolments e';
my $before = psql($database, $portal);

my %bench = (
	BENCH_PGHOST => $ENV{PGHOST}, BENCH_PGPORT => $ENV{PGPORT} // 5432, BENCH_PGUSER => $ENV{PGUSER} // 'postgres',
	BENCH_PGDATABASE => $database, BENCH_DIR => "$dir/bench", SCALE => '0.001', RUNS => 1, ENGINES => 'native',
	WHAT => "'floor engine refresh plain queries'");
my $environment = join ' ', map { "$_=$bench{$_}" } sort keys %bench;
my $out = qx(env $environment '$top/scripts/bench.sh' 2>'$dir/err');
is($?, 0, 'scripts/bench.sh runs') or diag(qx(cat '$dir/err'));

# every line of every table: a figure, or that there is none
my @rows = grep { !/^\|(-|:|\s*(what|ratio|asked)\s*\|)/ } grep { /^\|/ } split /\n/, $out;
cmp_ok(scalar @rows, '>', 15, 'it prints tables');
is_deeply([ grep { !/\| *[0-9]+(\.[0-9]+)? *\|/ && !/\| *not measured/ } @rows ],
	[], 'every line has a figure or "not measured"');
my %row = map { my @cell = map { s/^\s+|\s+$//gr } split /\|/; ($cell[1] => [ @cell[ 2 .. $#cell ] ]) } @rows;
for my $what ('floor: scans and writing', 'engine alone', 'whole refresh, first fill (native)', 'whole refresh, 3 % of the officials changed (native)',
	'whole refresh, nothing changed (native)', 'best hand-written SQL', 'mdo_ranking, all of it', 'score_breakdown of one M/D')
{
	like($row{$what}[0] // '', qr/^[0-9.]+$/, "a figure: $what");
}
SKIP:
{
	# a container's root may not look into others' memory
	my $server = psql($database, q(select split_part(pg_read_file('postmaster.pid'), E'\n', 1)));
	skip('the memory of the server cannot be watched', 1) if system("cat /proc/$server/smaps_rollup >'$dir/out' 2>&1");
	like($row{'best hand-written SQL'}[3] // '', qr/^[0-9]+$/, 'and its memory');
}
like($row{'DuckDB, the query on converted columns'}[0] // '', qr/^not measured: not asked for$/, 'what was not asked for says so');
like($out, qr/^Hand-written SQL against karmayogi: [1-9][0-9]* officials compared, 0 differ; [1-9][0-9]* courses, 0 differ; [1-9][0-9]* figures, 0 differ\.$/m,
	'the hand-written SQL gives the same results');
like($out, qr/^A night in which 3 % of the officials change: [1-9][0-9]* rows/m, 'a night changes something');
is(psql($database, $portal), $before, 'the portal is as it was');
is(psql($database, q(select string_agg(nspname, ' ') from pg_namespace where nspname in ('karmayogi_bench', 'karmayogi_plain'))), '', 'and nothing is left beside it');
like(qx(env BENCH_DIR=$dir/bench '$top/scripts/bench.sh' costs), qr/^\| best hand-written SQL \| [0-9]/m, 'the result is kept for comparison with other scales');

# what it does not take
for my $case ([ 'SCALE=2', 'SCALE must be a number' ], [ 'RUNS=0', 'RUNS must be a number' ], [ 'WHAT=nothing', 'nothing is called' ])
{
	like(qx(env BENCH_DIR=$dir/bench $case->[0] '$top/scripts/bench.sh' 2>&1), qr/^karmayogi: error: \Q$case->[1]\E/, "refused: $case->[0]");
}
mkdir "$dir/other";
like(qx(env BENCH_DIR=$dir/other '$top/scripts/bench.sh' 2>&1), qr/is not a benchmark's directory/, 'somebody else\'s directory is refused');
ok(-d "$dir/other", 'and stands');
done_testing();
