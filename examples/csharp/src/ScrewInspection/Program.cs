using Amazon.CDK;

namespace ScrewInspection
{
    internal static class Program
    {
        public static void Main()
        {
            var app = new App();
            new ScrewInspectionStack(app, "ScrewInspection");
            app.Synth();
        }
    }
}
