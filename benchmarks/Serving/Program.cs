// Owns the benchmark of the simulator: what a trace, a large cluster and one event cost.
//   dotnet run -c Release --project benchmarks/Serving -- trace FILE [system …]   a whole trace on one overloaded and on eight devices
//   dotnet run -c Release --project benchmarks/Serving -- scale [requests]        as many (1,000) for each of 10, 100 and 1,000 workers
//   dotnet run -c Release --project benchmarks/Serving -- real MODEL [rate] [requests] [threads]   a model served here, and simulated on its cost curves
using System.Globalization;
using Tern.Scheduling.Systems;
using Tern.Serving.Benchmarks;
using Tern.Simulation.Workloads;
using Tern.Simulation.Workloads.Arrivals;
using Tern.Simulation.Workloads.Lengths;

const double RatePerWorker = 1.5;

switch (args)
{
    case ["trace", var file, .. var names]:
        var trace = TraceReader.Open(file);
        Measurement.PrintHeader();
        foreach (string name in names.Length > 0 ? names : ["fastserve-released", "fastserve"])
        {
            var system = SystemCatalog.Get(name);
            Measurement.Of($"{name}, 8 devices", Deployment.Of(system, 8), trace).Print();
            Measurement.Of($"{name}, 1 device", Deployment.Of(system, 1), trace).Print();
        }
        return 0;
    case ["scale", .. var rest]:
        int perWorker = rest.Length > 0 ? int.Parse(rest[0]) : 1000;
        Measurement.PrintHeader();
        // Small before large: the peak of memory is the process's.
        foreach (int workers in new[] { 10, 100, 1000 })
        {
            var workload = new SyntheticWorkload
            {
                Arrivals = new PoissonArrivals(RatePerWorker * workers),
                Lengths = LengthCatalog.Get("sharegpt").Distribution,
                Seed = 1,
            };
            int count = perWorker * workers;
            Measurement
                .Of(
                    $"{count} requests, {workers} workers",
                    Deployment.Of(FastServe.Released, workers),
                    workload.Requests().Take(count)
                )
                .Print();
        }
        return 0;
    case ["real", var model, .. var rest]:
        int threads = rest.Length > 2 ? int.Parse(rest[2], CultureInfo.InvariantCulture) : 1;
        using (var run = new RealRun(model, threads))
            run.Compare(
                ["vllm", "sarathi-serve", "fastserve", "tern"],
                rest.Length > 0 ? double.Parse(rest[0], CultureInfo.InvariantCulture) : 20,
                rest.Length > 1 ? int.Parse(rest[1], CultureInfo.InvariantCulture) : 200
            );
        return 0;
    default:
        Console.Error.WriteLine(
            "usage: trace FILE [system …] | scale [requests for each worker] | real MODEL [rate] [requests] [threads]"
        );
        return 1;
}
