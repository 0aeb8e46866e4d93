// Digits, read by a network that is trained here: autograd without a language model, in a page.
// Usage: dotnet run -c Release --project examples/Images -- mlp|resnet18|resnet34|resnet50 [STEPS] [FOLDER]
// FOLDER holds MNIST as published: train-images-idx3-ubyte and so on, or the same with .gz. Without it digits are drawn by rule.
using Tern.Examples.Images;
using Tern.Kernels.Cpu;
using Tern.Training;
using Tern.Training.Autograd;
using Tern.Training.Optimizers;
using Tern.Training.Vision;

const int Batch = 64;
const int StepsOfLine = 50;

int steps = 300;
if (args is not [var kind, ..] || (args.Length > 1 && !int.TryParse(args[1], out steps)))
{
    Console.Error.WriteLine("usage: mlp|resnet18|resnet34|resnet50 [STEPS] [FOLDER]");
    return 2;
}
IDigits training;
IDigits heldOut;
Network network;
try
{
    training = args.Length > 2 ? MnistDigits.Open(args[2], "train") : new DrawnDigits(Seed: 1);
    heldOut = args.Length > 2 ? MnistDigits.Open(args[2], "t10k") : new DrawnDigits(Seed: 2);
    network = Network.Create(kind);
}
catch (Exception error) when (error is ArgumentException or IOException or TrainingException)
{
    Console.Error.WriteLine(error.Message);
    return 2;
}
using var backend = new CpuBackend(Environment.ProcessorCount);
using var pool = new TensorPool();
var optimizer = new Sgd(network.Parameters, new Sgd.Options { Momentum = 0.9f });
float[] images = new float[Batch * RenderedDigits.Size * RenderedDigits.Size];
int[] labels = new int[Batch];
long[] shape = [Batch, RenderedDigits.Size, RenderedDigits.Size, 1];
float[] gradient = new float[Batch];
Array.Fill(gradient, -1f / Batch);

for (int step = 1; step <= steps; step++)
{
    training.Fill((step - 1L) * Batch, images, labels);
    using var tape = new Tape(backend, pool);
    var scores = tape.Score(network.Forward(tape, tape.Input(images, shape)), labels).LogProbabilities;
    double loss = -scores.Values.ToArray().Average();
    tape.Seed(scores, gradient);
    tape.Backward();
    optimizer.Step(0.02f, step);
    foreach (var parameter in network.Parameters)
        parameter.ClearGradient();
    if (step % StepsOfLine == 0 || step == steps)
        Console.WriteLine($"step {step}/{steps}: loss {loss:F4}, held-out {Accuracy():P1}");
}
return 0;

double Accuracy()
{
    const int Batches = 16;
    int right = 0;
    for (int i = 0; i < Batches; i++)
    {
        heldOut.Fill((long)i * Batch, images, labels);
        using var tape = new Tape(backend, pool) { IsRecording = false };
        var logits = network.Forward(tape, tape.Input(images, shape)).Values;
        for (int sample = 0; sample < Batch; sample++)
        {
            var row = logits.Slice(sample * 10, 10);
            int best = 0;
            for (int label = 1; label < row.Length; label++)
                best = row[label] > row[best] ? label : best;
            right += best == labels[sample] ? 1 : 0;
        }
    }
    return (double)right / (Batches * Batch);
}
