// Owns the question how many threads compute best.
namespace Tern.Engine.Loading;

/// <summary>Physical cores: a second thread on a core shares its vector units and only adds synchronization.</summary>
public static class ProcessorCores
{
    /// <summary>Physical cores, no more than the processors this process may use; at least 1.</summary>
    public static int Physical()
    {
        const string Folder = "/sys/devices/system/cpu";
        if (!Directory.Exists(Folder))
            return Environment.ProcessorCount;
        var cores = new HashSet<string>();
        foreach (string cpu in Directory.EnumerateDirectories(Folder, "cpu*"))
        {
            string siblings = Path.Combine(cpu, "topology", "thread_siblings_list");
            if (File.Exists(siblings))
                cores.Add(File.ReadAllText(siblings));
        }
        return cores.Count == 0 ? Environment.ProcessorCount : Math.Min(cores.Count, Environment.ProcessorCount);
    }
}
