// Owns the deployment and the workloads on which Bullet's figures are reproduced.
using Tern.Scheduling;
using Tern.Scheduling.Latency;
using Tern.Scheduling.Ordering;
using Tern.Scheduling.Partitioning;
using Tern.Scheduling.Systems;
using Tern.Simulation.Workloads;
using Tern.Simulation.Workloads.Arrivals;
using Tern.Simulation.Workloads.Lengths;

namespace Tern.Simulation.Reproductions;

/// <summary>Llama-3.1-8B on one A100-80G, for Bullet and for SGLang with chunks of 1024.</summary>
internal static class BulletSetup
{
    private const ulong Seed = 20260322;

    private static readonly DeviceSheet _sheet = DeviceCatalog.Get("a100-80g");
    private static readonly ModelShape _model = ModelCatalog.Get("llama-3.1-8b");

    /// <summary>Azure's code completions of 2023, fitted to the logarithms of the public trace.</summary>
    public static LogNormalLengths AzureCode { get; } =
        new()
        {
            Prompt = new LogNormal(1095, 1.36, new TokenRange(3, 7437)),
            Output = new LogNormal(16.3, 0.847, new TokenRange(6, 1899)),
        };

    /// <summary>The device in simulation.</summary>
    public static SmScaling Device { get; } = SmScaling.Device(_sheet, _model, new RooflineOptions());

    /// <summary>The estimator, calibrated on few samples of the device.</summary>
    public static CalibratedScaling Estimator { get; } =
        new(
            SmScaling.Published(_sheet, _model),
            Device,
            shares: [0.25, 0.5, 0.75, 1],
            prefillTokens: [256, 512, 1024, 2048, 4096, 8192],
            decodeSequences: [1, 16, 64, 128, 256],
            decodeContext: 1000
        );

    public static IEnumerable<TraceRequest> Load(ILengthDistribution lengths, double rate, int requests) =>
        new SyntheticWorkload
        {
            Arrivals = new PoissonArrivals(rate),
            Lengths = lengths,
            Seed = Seed,
        }
            .Requests()
            .Take(requests);

    /// <summary>Chunked prefill with decodes in the same step.</summary>
    public static SimulationResult Chunked(IEnumerable<TraceRequest> load) =>
        new Simulator(Options(1024), SarathiServe.System, Device).Run(load);

    /// <summary>Both phases side by side.</summary>
    public static SimulationResult SideBySide(ServingSystem system, IEnumerable<TraceRequest> load) =>
        new SharedDeviceWorker(
            new SharedDevicePlan
            {
                System = system,
                Options = Options(16_384),
                Latency = Device,
                Estimator = Estimator,
                Layers = _model.Layers,
            }
        ).Run(load);

    /// <summary>Neither partition nor order: both phases on all units, first come, first served.</summary>
    public static ServingSystem Naive(SloSplit.Options settings) =>
        Bullet.With(settings) with
        {
            Ordering = new Fcfs(),
            Sharing = new FixedSplit(settings.Units, new UnitSplit(settings.Units, settings.Units)),
        };

    /// <summary>Half of the units for each phase, first come, first served.</summary>
    public static ServingSystem PartitionOnly(SloSplit.Options settings) =>
        Bullet.With(settings) with
        {
            Ordering = new Fcfs(),
            Sharing = new FixedSplit(
                settings.Units,
                new UnitSplit(settings.Units - settings.Units / 2, settings.Units / 2)
            ),
        };

    private static SchedulerOptions Options(int batchTokens) =>
        new()
        {
            BlockCount = (int)(KvCapacity.Tokens(_sheet.MemoryBytes, _model) / 16),
            MaxBatchTokens = batchTokens,
            // SGLang limits by memory; decodes must fit beside a chunk.
            MaxSequences = 1024,
            EnablePrefixCaching = false,
        };
}
